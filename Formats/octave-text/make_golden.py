"""Writes golden/octave.txt with Octave, and what it must read as beside it: python3 make_golden.py

Octave saves the same variables, full, in a MAT file too; the expected lines come from SciPy's reader of that file.
"""
import os
import subprocess
import sys
import tempfile

here = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(here, ".."), os.path.join(here, "..", "mat5")]
import listing
import scipy_listing

golden = os.path.join(here, "golden")

PROGRAM = r"""
b = true; bm = [true false; false true; true true]; bnd = reshape([true false false true false true true true], 2, 2, 2);
c = 1+2i; cm = [1+2i 3-4i; complex(NaN, 0) complex(0.1, -Inf)]; cnd = reshape((1:8)*1i, 2, 2, 2); fc = single(1.5+2i);
fcm = single([1+2i 0.1-0.3i]); s = pi; neg = -Inf; nums = [NaN Inf -Inf -0 5e-324 realmax 0.1]; x = [1 2; 3 4.5];
col = [1; 2; 3]; nd = reshape(1:8, 2, 2, 2) / 3; e00 = []; e03 = zeros(0, 3); end0 = zeros(2, 0, 3); fs = single(0.1);
fm = single([0.1 1e-40; Inf 3]); i8 = int8(-5); i16 = int16([1; -32768]); i32 = int32([1 2 3; -4 5 2147483647]);
i64 = [intmin('int64') intmax('int64')]; u8 = uint8([0 255]); u16 = uint16(65535); u32 = intmax('uint32'); u64 = intmax('uint64');
u64nd = reshape(uint64(1:8), 2, 2, 2); r = 1:5; r2 = 0:0.1:1; r3 = 5:-2:0; r4 = 0:0.3:1; r5 = -1:1/3:1; d = diag([1 2 3]);
dc = eye(2) * (1+2i); dr = eye(2, 3); p = eye(4)([2 3 1 4], :); pt = eye(4)(:, [2 3 1 4]);
sp = sparse([1 3], [2 1], [5 -1.5]); spb = sparse([true false; false true]); spc = sparse([1+2i 0; 0 3]); spe = sparse(2, 3);
global g; g = 7;
str = 'hello'; texts = ['ab'; 'cd']; dq = "with\n# name: x\n# type: scalar\n5\n"; estr = ''; k = 3; f = @(t) t + k; f2 = @sin;
cl = {1, 'a'; [1 2], {2}}; ecl = {}; st.a = 1; st.b = 'x'; sa = struct('f', {1, 2, 'z'}); est = struct(); last = 42;
names = sort(who());
save('-text', '%(text)s', names{:});
numeric = {};
for i = 1:numel(names)
  v = eval(names{i});
  if isnumeric(v) || islogical(v)
    eval([names{i} ' = full(v);']);
    numeric{end+1} = names{i};
  else
    kind = class(v);
    if strcmp(kind, 'function_handle'), kind = 'function handle'; end
    printf('%%s\tnot-numbers\t%%s\t%%dx%%d\n', names{i}, kind, rows(v), columns(v));
  end
end
save('-v7', '%(mat)s', numeric{:});
"""

with tempfile.TemporaryDirectory() as folder:
    mat = os.path.join(folder, "all.mat")
    text = os.path.join(golden, "octave.txt")
    printed = subprocess.run(
        ["octave-cli", "-q", "--eval", PROGRAM % {"text": text, "mat": mat}], check=True, capture_output=True, text=True)
    lines = dict(line.split("\t", 1) for line in scipy_listing.lines(mat) + printed.stdout.splitlines())
with open(text, encoding="utf-8") as file:
    content = file.read().split("\n", 1)
# Neither the time nor the machine: every run would differ.
with open(text, "w", encoding="utf-8") as file:
    file.write("# Created by Octave 7.3.0, Mon Nov 23 00:00:00 2026 UTC <user@machine>\n" + content[1])
listing.write(text + ".expected", [f"{name}\t{lines[name]}" for name in sorted(lines)])
