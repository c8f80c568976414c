"""Octave and reg-tools read what the other writes: python3 check_octave.py

By hand; reg-convert is taken from the PATH. Octave saves variables of every class with -v4, -v6, -v7 and -text; each
file is converted to MAT (level 4 where it can hold them, and level 5, compressed and not), which Octave loads again and
compares with its own variables. Prints a line for each way and ends with 1 where something differs.
"""
import os
import subprocess
import sys
import tempfile

VARIABLES = """
x = [1 2; 3 4.5]; s = pi; special = [NaN Inf -Inf -0 5e-324 realmax]; c = complex([1 NaN; -Inf 0], [2 0; 1 -0.5]);
e00 = []; e03 = zeros(0, 3); row = 1:5; column = (1:3)'; thin = sparse([1 3], [2 1], [5 -1.5]); thin_complex = sparse([0 2i; 1 0]);
doubles = {'x', 's', 'special', 'c', 'e00', 'e03', 'row', 'column', 'thin', 'thin_complex'};
nd = reshape(1:24, 2, 3, 4) / 3; cnd = reshape((1:8) * (1+2i), 2, 2, 2); b = true; bm = [true false; false true]; f = single(0.1);
fm = single([0.1 1e-40; Inf 3]); fc = single([1+2i 0.1-0.3i]); i8 = int8([-128 127]); i16 = int16([1; -32768]);
i32 = int32([1 2 3; -4 5 2147483647]); i64 = [intmin('int64') intmax('int64')]; u8 = uint8([0 255]); u16 = uint16(65535);
u32 = intmax('uint32'); u64 = reshape(uint64(1:8), 2, 2, 2); bnd = reshape(logical([1 0 0 1 1 1 0 1]), 2, 2, 2);
others = {'nd', 'cnd', 'b', 'bm', 'f', 'fm', 'fc', 'i8', 'i16', 'i32', 'i64', 'u8', 'u16', 'u32', 'u64', 'bnd'};
"""

COMPARE = """
own = struct(); for n = names, own.(n{1}) = full(eval(n{1})); end
found = load('%s');
for n = names
  if ! isfield(found, n{1}), printf('%%s is missing\\n', n{1}); continue, end
  a = own.(n{1}); b = full(found.(n{1}));
  if islogical(a), same = isequal(a, b); else, same = isequaln(a, b) && isequal(signs(a), signs(b)); end
  if ! same || ! strcmp(class(a), class(b)) || ! isequal(size(a), size(b)), printf('%%s differs\\n', n{1}); end
end
"""

SIGNS = "function r = signs(v), r = [1 ./ real(double(v(:))') < 0, 1 ./ imag(double(v(:))') < 0]; end\n"


def octave(program):
    return subprocess.run(
        ["octave-cli", "-q", "--no-init-file", "--eval", "1;\n" + SIGNS + VARIABLES + program], check=True,
        capture_output=True, text=True).stdout


def main():
    failed = False
    with tempfile.TemporaryDirectory() as folder:
        for option in ("-v4", "-v6", "-v7", "-text"):
            names = "doubles" if option == "-v4" else "[doubles others]"
            saved = os.path.join(folder, f"octave{option}")
            octave(f"names = {names}; save('{option}', '{saved}', names{{:}});")
            for to, arguments in (
                ("mat5", ["--to", "mat5"]), ("mat5 uncompressed", ["--to", "mat5", "--compress", "0"]),
                ("mat4", ["--to", "mat4"]),
            ):
                written = os.path.join(folder, "ours.mat")
                kept = names
                if to == "mat4":
                    kept = "doubles"
                    arguments = arguments + [
                        "--arrays", "x,s,special,c,e00,e03,row,column,thin,thin_complex"]
                run = subprocess.run(["reg-convert", saved, written] + arguments, capture_output=True, text=True)
                problem = run.stderr if run.returncode != 0 else octave(f"names = {kept};" + COMPARE % written)
                print(f"octave {option} > reg-convert > {to} > octave: {problem.strip() or 'equal'}")
                failed = failed or bool(problem.strip())
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
