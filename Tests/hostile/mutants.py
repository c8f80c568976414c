"""Damages the golden files in many ways and shows them to the built tools: mutants.py [FORMATS]

REG_MUTANTS is the number for each format (200), REG_SEED another seed (1): the same numbers make the same files. The
tools are on the PATH. What ends by a signal, takes too long or too much memory, or does not say in one line what is
wrong is printed with the way it was made, and kept in the folder REG_KEEP where that is given; the exit code is then 1.
libhdf5 falls over some of them, in a process of its own: that is counted, and what the tool says of it looked at.

Each mutant goes through reg-inspect and `reg-inspect --stats`, several in one process, and through reg-convert.
"""
import gzip
import os
import random
import re
import shutil
import struct
import sys
import tempfile
import zlib

from running import PACKAGE, at_once, run

COUNT = int(os.environ.get("REG_MUTANTS", "200"))
SEED = int(os.environ.get("REG_SEED", "1"))
KEEP = os.environ.get("REG_KEEP")
# Files that one process looks at.
BATCH = 20
LIMITS = ["-t 5", "-v %d" % (2 << 20), "-c 0"]
MEMORY = 1 << 30
NETWORKS = {
    "keras-h5", "keras-weights", "keras", "parameters", "caffe", "onnx", "coreml", "safetensors", "matlab-theta"}
# What the process says in which libhdf5 reads, by the way that it ended.
CRASH = re.compile(rb"the HDF5 library crashed \(signal (\d+)\)")
LOOP = re.compile(rb"the HDF5 library took more than \d+ s of processor time")
# Swift's runtime ends by SIGILL or SIGTRAP: those are ours.
TRAPS = {b"4", b"5"}
SIGNALS = {-4: "SIGILL", -5: "SIGTRAP", -6: "SIGABRT", -7: "SIGBUS", -8: "SIGFPE", -9: "SIGKILL", -11: "SIGSEGV",
           -24: "SIGXCPU", 124: "overdue"}
ALLOWED = {0, 65, 66, 69}
LARGEST_SEED = 300_000


def seeds():
    """The golden files and samples, by format: path and bytes."""
    found = {}
    for name in sorted(os.listdir(os.path.join(PACKAGE, "Formats"))):
        for part in ("golden", "networks"):
            folder = os.path.join(PACKAGE, "Formats", name, part)
            for path in sorted(files(folder)):
                # Rows that a network was shown, and what it said of them, are no files of the format.
                if part == "golden" or not path.endswith(".csv"):
                    add(found, name, path)
    for path in sorted(files(os.path.join(PACKAGE, "Samples"))):
        kind = {".mat": "mat5", ".csv": "csv", ".keras": "keras", ".h5": "parameters"}.get(os.path.splitext(path)[1])
        if kind:
            add(found, kind, path)
    return found


def add(found, name, path):
    if 0 < os.path.getsize(path) <= LARGEST_SEED:
        with open(path, "rb") as file:
            found.setdefault(name, []).append((path, file.read()))


def files(folder):
    for parent, _, names in os.walk(folder):
        for name in names:
            if not name.endswith((".expected", ".md", ".py", ".values", ".swift", ".activations", ".m")):
                yield os.path.join(parent, name)


VALUES = [0, 1, 0x7F, 0x80, 0xFF]
WORDS = [0, 1, 0x7F, 0xFF, 0x7FFF, 0xFFFF, 1 << 20, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF]
LONG_WORDS = WORDS + [1 << 32, 1 << 40, (1 << 62) + 1, (1 << 63) - 1, 1 << 63, (1 << 64) - 1, (1 << 61)]
TEXTS = [b"\x1b[31m", b"\x1b]0;x\x07", b"\xff\xfe", b"\xe2\x80\xae", b"\xc2\x9b", b"nan", b"-1", b"1e999", b"'", b'"',
         b"\n", b"\r", b",", b";", b"{", b"[", b"(" * 300, b"[" * 3000, b'{"a":' * 500, b"9" * 400, b"\0"]


def place(random, data):
    """A place in the file; most are near its beginning or its end, where the tables are."""
    chance = random.random()
    if chance < 0.35:
        return random.randrange(min(len(data), 256))
    if chance < 0.5:
        return len(data) - 1 - random.randrange(min(len(data), 256))
    return random.randrange(len(data))


def bit(random, data):
    data[place(random, data)] ^= 1 << random.randrange(8)


def byte(random, data):
    data[place(random, data)] = random.choice(VALUES + [random.randrange(256)])


def several(random, data):
    for _ in range(random.randint(2, 12)):
        byte(random, data)


def cut(random, data):
    del data[place(random, data):]


def insert(random, data):
    at = place(random, data)
    data[at:at] = bytes(random.choice(VALUES) for _ in range(random.choice([1, 2, 4, 8, 64])))


def remove(random, data):
    at = place(random, data)
    del data[at:at + random.choice([1, 2, 4, 8, 64])]


def double(random, data):
    at = place(random, data)
    part = data[at:at + random.choice([1, 4, 8, 16, 64, 512])]
    to = at if random.random() < 0.5 else place(random, data)
    data[to:to] = part * random.choice([1, 1, 2, 50])


def swap(random, data):
    width = random.choice([4, 8])
    if len(data) < 2 * width:
        return
    one, other = (place(random, data) // width * width for _ in range(2))
    one, other = min(one, len(data) - width), min(other, len(data) - width)
    data[one:one + width], data[other:other + width] = data[other:other + width], data[one:one + width]


def word(random, data):
    """A number in the place of another, in either order of bytes."""
    width = random.choice([2, 4, 8])
    if len(data) < width:
        return
    at = min(place(random, data) // 4 * 4 if random.random() < 0.7 else place(random, data), len(data) - width)
    value = random.choice(LONG_WORDS if width == 8 else WORDS) & ((1 << 8 * width) - 1)
    if random.random() < 0.3:
        value = (value + random.randint(-9, 9)) & ((1 << 8 * width) - 1)
    data[at:at + width] = value.to_bytes(width, random.choice(["little", "big"]))


def text(random, data):
    at = place(random, data)
    part = random.choice(TEXTS)
    data[at:at + (len(part) if random.random() < 0.5 else 0)] = part


def digits(random, data):
    """Another number where one is written in digits."""
    found = [match.span() for match in re.finditer(rb"\d+", bytes(data[:200_000]))]
    if not found:
        return byte(random, data)
    first, last = random.choice(found)
    data[first:last] = random.choice(
        [b"0", b"-1", b"1", b"65535", b"2147483648", b"4294967296", b"9223372036854775807", b"9223372036854775808",
         b"18446744073709551616", b"1e9", b"99999999999999999999", b"0.5", b""])


PLAIN = [bit, byte, several, cut, insert, remove, double, swap, word, word, word, text, digits]


def mutate(random, data):
    names = []
    for _ in range(random.choice([1, 1, 1, 2, 4])):
        if not data:
            break
        way = random.choice(PLAIN)
        way(random, data)
        names.append(way.__name__)
    return names


def deep_zip(random, data):
    """Damages what is in one member of a ZIP archive, and makes sizes and checksums right again."""
    import io
    import zipfile
    try:
        with zipfile.ZipFile(io.BytesIO(bytes(data))) as archive:
            members = [(info, archive.read(info)) for info in archive.infolist()]
    except (zipfile.BadZipFile, NotImplementedError, zlib.error, EOFError, OSError, ValueError):
        return None
    if not members:
        return None
    chosen = random.randrange(len(members))
    result, names = io.BytesIO(), []
    with zipfile.ZipFile(result, "w") as archive:
        for index, (info, content) in enumerate(members):
            if index == chosen:
                content = bytearray(content)
                names = mutate(random, content)
            plain = zipfile.ZipInfo(info.filename)
            plain.compress_type = info.compress_type
            archive.writestr(plain, bytes(content))
    data[:] = result.getvalue()
    return ["zip"] + names


def deep_gzip(random, data):
    try:
        content = bytearray(gzip.decompress(bytes(data)))
    except (OSError, EOFError, zlib.error):
        return None
    names = mutate(random, content)
    data[:] = gzip.compress(bytes(content), mtime=0)
    return ["gzip"] + names


def deep_mat(random, data):
    """Damages what is in a compressed variable of MAT level 5."""
    at, variables = 128, []
    while at + 8 <= len(data):
        kind, size = struct.unpack_from("<II", data, at)
        if kind == 15 and at + 8 + size <= len(data):
            variables.append((at, size))
        at += 8 + size
    if not variables:
        return None
    at, size = random.choice(variables)
    try:
        content = bytearray(zlib.decompress(bytes(data[at + 8:at + 8 + size])))
    except zlib.error:
        return None
    names = mutate(random, content)
    stream = zlib.compress(bytes(content))
    data[at:at + 8 + size] = struct.pack("<II", 15, len(stream)) + stream
    return ["mat"] + names


def lookup3(data):
    """Bob Jenkins' hash, the checksum of HDF5's newer structures."""
    mask = 0xFFFFFFFF
    rotate = lambda x, k: (x << k | x >> 32 - k) & mask
    a = b = c = (0xDEADBEEF + len(data)) & mask
    at, left = 0, len(data)
    while left > 12:
        x, y, z = struct.unpack_from("<III", data, at)
        a, b, c = (a + x) & mask, (b + y) & mask, (c + z) & mask
        a = (a - c) & mask ^ rotate(c, 4); c = (c + b) & mask
        b = (b - a) & mask ^ rotate(a, 6); a = (a + c) & mask
        c = (c - b) & mask ^ rotate(b, 8); b = (b + a) & mask
        a = (a - c) & mask ^ rotate(c, 16); c = (c + b) & mask
        b = (b - a) & mask ^ rotate(a, 19); a = (a + c) & mask
        c = (c - b) & mask ^ rotate(b, 4); b = (b + a) & mask
        at, left = at + 12, left - 12
    if left == 0:
        return c
    x, y, z = struct.unpack("<III", bytes(data[at:at + left]).ljust(12, b"\0"))
    a, b, c = (a + x) & mask, (b + y) & mask, (c + z) & mask
    for one, other, k in (("c", "b", 14), ("a", "c", 11), ("b", "a", 25), ("c", "b", 16), ("a", "c", 4), ("b", "a", 14),
                          ("c", "b", 24)):
        values = {"a": a, "b": b, "c": c}
        values[one] = ((values[one] ^ values[other]) - rotate(values[other], k)) & mask
        a, b, c = values["a"], values["b"], values["c"]
    return c


def deep_hdf5(random, data):
    """Damages object headers of the second version and makes their checksums right again."""
    headers = [match.start() for match in re.finditer(rb"OHDR\x02", bytes(data))]
    if not headers:
        return None
    names = []
    for at in random.sample(headers, min(len(headers), random.randint(1, 3))):
        flags = data[at + 5]
        width = 1 << (flags & 3)
        begin = at + 6 + (16 if flags & 0x20 else 0) + (4 if flags & 0x10 else 0)
        size = int.from_bytes(data[begin:begin + width], "little")
        end = begin + width + size
        if size == 0 or end + 4 > len(data):
            continue
        part = bytearray(data[begin + width:end])
        for _ in range(random.randint(1, 3)):
            way = random.choice([bit, byte, swap, word, several])
            way(random, part)
            names.append(way.__name__)
        data[begin + width:end] = part
        data[end:end + 4] = struct.pack("<I", lookup3(bytes(data[at:end])))
    return ["hdf5"] + names if names else None


DEEP = [deep_zip, deep_gzip, deep_mat, deep_hdf5]


class Mutant:
    """A damaged file: how it was made and where it lies."""

    def __init__(self, name, number, path, original, root):
        self.name, self.number, self.original = name, number, path
        chance = random.Random("%d %s %d" % (SEED, name, number))
        data = bytearray(original)
        ways = None
        if chance.random() < 0.5:
            for deep in chance.sample(DEEP, len(DEEP)):
                ways = deep(chance, data)
                if ways:
                    break
        self.ways = ways or mutate(chance, data)
        self.file = "%s-%d%s" % (name, number, re.sub(r"^[^.]*", "", os.path.basename(path)))
        self.path = os.path.join(root, self.file)
        with open(self.path, "wb") as file:
            file.write(data)

    def __str__(self):
        return "%s (%s of %s)" % (self.file, " ".join(self.ways), os.path.relpath(self.original, PACKAGE))


def conversion(mutant):
    """How a mutant is converted: its arrays, and every other one of a network as a network."""
    if mutant.name in NETWORKS and mutant.number % 2:
        return ["--model", "--to", "safetensors" if mutant.name == "onnx" else "onnx"]
    return ["--to", "h5" if mutant.name in ("npy", "npz") else "npz"]


def verdict(outcome, count):
    """What is wrong with how a tool ended; None where nothing is."""
    if outcome.overdue or outcome.code < 0:
        return SIGNALS.get(outcome.code, "overdue" if outcome.overdue else "signal %d" % -outcome.code)
    if TRAPS & set(CRASH.findall(outcome.errors)):
        return "a trap in the process that reads"
    for words in (b"gave an answer that cannot be", b"tried what no reader does", b"was killed (signal"):
        if words in outcome.errors:
            return words.decode()
    if outcome.code not in ALLOWED:
        return "code %d" % outcome.code
    if outcome.peak > MEMORY:
        return "%d MiB" % (outcome.peak >> 20)
    for stream in (outcome.errors, outcome.output):
        if any(byte < 0x20 and byte not in (9, 10) or byte == 0x7F for byte in stream):
            return "a control character"
        try:
            shown = stream.decode("utf-8")
        except UnicodeDecodeError:
            return "no UTF-8"
        if re.search("[\x80-\x9f\u202a-\u202e\u2066-\u2069]", shown):
            return "a control character of Unicode"
    failures = [line for line in outcome.lines if not line.startswith("warning: ")]
    if outcome.code != 0 and not 1 <= len(failures) <= count:
        return "%d lines" % len(failures)
    return None


def look(job):
    """Inspects some mutants together; where that ends badly each alone."""
    root, name, mutants, options = job
    arguments = ["reg-inspect", "--threads", "1"] + options
    # An array file is no network, and the other way round: both are said in one line each.
    outcome = run(arguments + [mutant.file for mutant in mutants], folder=root, limits=LIMITS)
    found = verdict(outcome, 2 * len(mutants))
    if not found:
        return []
    if len(mutants) == 1:
        return [(name, found, mutants[0], outcome)]
    middle = len(mutants) // 2
    parts = look((root, name, mutants[:middle], options)) + look((root, name, mutants[middle:], options))
    # Together they took too long or too much, which none did alone.
    return parts


def convert(job):
    root, name, mutant = job
    output = mutant.file + ".converted"
    outcome = run(
        ["reg-convert", "--threads", "1", "--quiet", mutant.file, output] + conversion(mutant), folder=root,
        limits=LIMITS)
    found = verdict(outcome, 1)
    if os.path.exists(os.path.join(root, output)):
        os.remove(os.path.join(root, output))
        if not found and outcome.code != 0:
            found = "left a file"
    mutant.isRefused = outcome.code != 0
    mutant.isContained = bool(CRASH.search(outcome.errors) or LOOP.search(outcome.errors))
    return [(name, found, mutant, outcome)] if found else []


def test(name, examples, root):
    """The defects that one format's mutants show, how many are not converted, and how many the library falls over."""
    os.mkdir(root)
    mutants = []
    for number in range(COUNT):
        path, original = examples[number % len(examples)]
        mutants.append(Mutant(name, number, path, original, root))
    groups = [mutants[first:first + BATCH] for first in range(0, len(mutants), BATCH)]
    jobs = [(look, (root, name, group, options)) for group in groups for options in ([], ["--stats"])]
    jobs += [(convert, (root, name, mutant)) for mutant in mutants]
    defects = [defect for found in at_once(lambda job: job[0](job[1]), jobs) for defect in found]
    return defects, sum(mutant.isRefused for mutant in mutants), sum(mutant.isContained for mutant in mutants)


def main():
    wanted, bad = sys.argv[1:], 0
    found = seeds()
    with tempfile.TemporaryDirectory() as root:
        for name in wanted or sorted(found):
            folder = os.path.join(root, name)
            defects, refused, contained = test(name, found[name], folder)
            counts = {}
            for _, kind, mutant, outcome in defects:
                counts[kind] = counts.get(kind, 0) + 1
                if KEEP and os.path.exists(mutant.path):
                    os.makedirs(KEEP, exist_ok=True)
                    shutil.copy(mutant.path, KEEP)
                bad += 1
                print("%s: %s\n    %s" % (mutant, kind, outcome))
            said = ", ".join("%d x %s" % (count, kind) for kind, count in sorted(counts.items()))
            held = ", %d crashes and loops contained" % contained if contained else ""
            print("%s: %d mutants, %d refused%s%s" % (
                name, COUNT, refused, held, ": " + said if said else ""), flush=True)
            shutil.rmtree(folder)
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
