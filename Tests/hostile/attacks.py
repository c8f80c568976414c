"""Files that somebody made to do harm, too large or too deep to lie among the malformed ones: attacks.py

Each is made here and shown to the built tools, which are on the PATH. What it must give stands beside it: the exit
code, and words of the message or of the list. Small attacks are files of Formats/*/malformed.
"""
import io
import json
import os
import shutil
import struct
import sys
import tempfile
import warnings
import zipfile
import zlib

from running import PACKAGE, at_once, run

LIMITS = ["-t 20", "-v %d" % (2 << 20), "-c 0"]
MEMORY = 1 << 30
DEPTH = 100_000
# Things that are each small, and allowed.
MANY = 200_000


def element(kind, data):
    """A data element of MAT level 5."""
    return struct.pack("<II", kind, len(data)) + data + b"\0" * (-len(data) % 8)


MAT_HEADER = b"MATLAB 5.0 MAT-file, written by hand".ljust(124) + struct.pack("<HH", 0x0100, 0x4D49)


def matrix(kind, name, dimensions, *parts, most=0):
    return element(14, element(6, struct.pack("<II", kind, most))
                   + element(5, struct.pack("<%di" % len(dimensions), *dimensions)) + element(1, name)
                   + b"".join(parts))


def cells():
    """A cell in a cell in a cell …"""
    parts = [matrix(6, b"", (1, 1), element(9, struct.pack("<d", 1)))]
    size = len(parts[0])
    for depth in range(DEPTH, -1, -1):
        head = element(6, struct.pack("<II", 1, 0)) + element(5, struct.pack("<2i", 1, 1))
        head += element(1, b"" if depth else b"c")
        parts.append(struct.pack("<II", 14, len(head) + size) + head)
        size += len(parts[-1])
    return b"".join(reversed(parts))


def compressed(variable):
    stream = zlib.compress(variable, 9)
    return struct.pack("<II", 15, len(stream)) + stream


def sparse(most, row=0):
    return matrix(5, b"s", (3, 3), element(5, struct.pack("<i", row)), element(5, struct.pack("<4i", 0, 1, 1, 1)),
                  element(9, struct.pack("<d", 1)), most=most)


def varint(number):
    result = b""
    while number > 127:
        result, number = result + bytes([number & 127 | 128]), number >> 7
    return result + bytes([number])


def field(number, data):
    return varint(number << 3 | 2) + varint(len(data)) + data


def numeric(number, value):
    return varint(number << 3) + varint(value)


def chain(*numbers):
    """Messages in messages of these fields again and again, deeper than a stack."""
    parts, size = [], 0
    for _ in range(DEPTH):
        for number in reversed(numbers):
            parts.append(varint(number << 3 | 2) + varint(size))
            size += len(parts[-1])
    return b"".join(reversed(parts))


def safetensors(header, data=b""):
    return struct.pack("<Q", len(header)) + header + data


def npy(shape, data=b"", kind="<f8"):
    header = ("{'descr': '%s', 'fortran_order': False, 'shape': %s, }" % (kind, shape)).encode()
    header += b" " * (-(len(header) + 11) % 64) + b"\n"
    return b"\x93NUMPY\x01\0" + struct.pack("<H", len(header)) + header + data


def zipped(members, method=zipfile.ZIP_DEFLATED):
    result = io.BytesIO()
    # Two members of one name are what some of the files are for.
    warnings.simplefilter("ignore", UserWarning)
    with zipfile.ZipFile(result, "w", method) as archive:
        for name, content in members:
            archive.writestr(zipfile.ZipInfo(name), content, method)
    return result.getvalue()


def overlapping():
    """Many names for the bytes of one member, as in the bombs of David Fifield."""
    one = zipped([("a.npy", npy("(131072,)", b"\0" * (1 << 20)))])
    start = one.rindex(b"PK\x01\x02")
    entry, local = one[start:one.rindex(b"PK\x05\x06")], one[:start]
    entries = b"".join(entry.replace(b"a.npy", b"%c.npy" % letter) for letter in range(ord("a"), ord("z") + 1))
    end = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, 26, 26, len(entries), len(local), 0)
    return local + entries + end


def gzipped(size, part):
    stream = zlib.compressobj(9, zlib.DEFLATED, 31)
    return b"".join(stream.compress(part * (1 << 20)) for _ in range(size >> 20)) + stream.flush()


def zlib_gzip(content):
    stream = zlib.compressobj(9, zlib.DEFLATED, 31)
    return stream.compress(content) + stream.flush()


def gzip_members(count):
    """Empty members, then a table."""
    return zlib_gzip(b"") * count + zlib_gzip(b"a,b\n1,2\n")


def external(place):
    tensor = numeric(1, 2) + numeric(2, 1) + field(8, b"x") + field(13, field(1, b"location") + field(2, place))
    return numeric(1, 8) + field(7, field(5, tensor + numeric(14, 1)))


def keras(config):
    weights = b"\x89HDF\r\n\x1a\n" + b"\0" * 600
    return zipped([("metadata.json", b"{}"), ("config.json", config), ("model.weights.h5", weights)])


def many_variables():
    one = matrix(6, b"a", (1, 1), element(9, struct.pack("<d", 1)))
    other = matrix(6, b"b", (1, 1), element(9, struct.pack("<d", 1)))
    return MAT_HEADER + (one + other) * (MANY // 2)


def mat4(rows, columns, name_length, kind=0, data=b""):
    return struct.pack("<5i", kind, rows, columns, 0, name_length) + b"x\0" + data


def tensors(name):
    """Initializers of one float each, of the names that a function gives."""
    return numeric(1, 8) + field(7, b"".join(
        field(5, numeric(1, 1) + numeric(2, 1) + field(9, b"\0" * 4) + field(8, name(number)))
        for number in range(MANY)))


def nodes():
    """A chain of nodes, the last one first."""
    return numeric(1, 8) + field(7, b"".join(
        field(1, field(1, b"n%d" % number) + field(2, b"n%d" % (number + 1)) + field(4, b"Relu"))
        for number in reversed(range(MANY))) + field(11, field(1, b"n0")) + field(12, field(1, b"n%d" % MANY)))


def onnx_texts(text):
    # The names of the writer are looked at to tell the format: there it would be none.
    return (numeric(1, 8) + field(2, b"test") + field(7, field(
        5, numeric(1, 1) + numeric(2, 1) + field(9, b"\0" * 4) + field(8, text)))
            + field(14, field(1, text) + field(2, text)))


def layers(count, entry):
    """A Sequential model of many layers."""
    return keras(b'{"class_name":"Sequential","config":{"layers":[' + b",".join([entry] * count) + b"]}}")


def directory(count, size, place):
    """A ZIP archive whose end record says other things than the archive."""
    one = zipped([("a.npy", npy("(1,)", b"\0" * 8))], zipfile.ZIP_STORED)
    start = one.rindex(b"PK\x05\x06")
    wide = struct.pack("<4sQHHIIQQQQ", b"PK\x06\x06", 44, 45, 45, 0, 0, count, count, size, place)
    locator = struct.pack("<4sIQI", b"PK\x06\x07", 0, start, 1)
    return one[:start] + wide + locator + struct.pack(
        "<4sHHHHIIH", b"PK\x05\x06", 0, 0, 65535, 65535, 0xFFFFFFFF, 0xFFFFFFFF, 0)


def members():
    """As many members as names are allowed, all of them with one content."""
    return zipped([("%d.npy" % number, npy("(0,)")) for number in range(50_000)], zipfile.ZIP_STORED)


# What a terminal obeys: a colour, a title, an 8-bit escape, and the characters that turn the direction of writing.
STEERING = "a\x1b[31m\x1b]0;t\x07\x9b2J\u202e\u2066\u2069\x7fb"

# Name, content, the exit codes of `reg-inspect --stats`, words that it says.
ATTACKS = [
    ("cells.mat", lambda: MAT_HEADER + cells(), (0, 65), "cell"),
    ("cells_compressed.mat", lambda: MAT_HEADER + compressed(cells()), (0, 65), "cell"),
    ("sparse_most.mat", lambda: MAT_HEADER + sparse(0xFFFFFFFF), (0, 65), "s  3x3"),
    ("sparse_row.mat", lambda: MAT_HEADER + sparse(1, 0x7FFFFFFF), (65,), "row"),
    ("type.mat", lambda: MAT_HEADER + struct.pack("<II", 77, 8) + b"\0" * 8, (65,), "type 77"),
    ("class.mat", lambda: MAT_HEADER + matrix(99, b"s", (1, 1), element(9, struct.pack("<d", 1))), (0,), "class 99"),
    ("bomb.mat", lambda: MAT_HEADER + compressed(b"\x0e\0\0\0\xf8\xff\xff\x7f" + b"\0" * (64 << 20)), (65,), ""),
    ("name.mat",
     lambda: MAT_HEADER + matrix(6, b"a\x1b]0;t\x07\x1b[31m", (1, 1), element(9, struct.pack("<d", 1))), (0,),
     "a\\x1b]0;t\\x07\\x1b[31m"),
    ("variables.mat", many_variables, (0,), "a is there 100000 times"),
    ("huge_cell.mat", lambda: MAT_HEADER + matrix(1, b"c", (30_000, 30_000)), (0,), "cell"),
    ("huge_struct.mat", lambda: MAT_HEADER + matrix(
        2, b"s", (30_000, 30_000), element(5, struct.pack("<i", 0x7FFFFFFF)), element(1, b"")), (0, 65), "struct"),
    ("text.mat", lambda: MAT_HEADER + matrix(4, b"t", (1, 9), element(16, b"a\x1b[31m\x07b")), (0,), "char"),
    ("name_length.mat", lambda: mat4(1, 1, 0x7FFFFFFF), (65,), ""),
    ("shape.mat", lambda: mat4(0x7FFFFFFF, 0x7FFFFFFF, 2), (65,), ""),
    ("complex.mat", lambda: struct.pack("<5i", 0, 0x7FFFFFFF, 0x7FFFFFFF, 1, 2) + b"x\0", (65,), ""),
    ("sparse4.mat", lambda: mat4(2, 3, 2, 2, struct.pack("<6d", 1, 4e18, 1, 4e18, 1, 0)), (65,), ""),
    ("not_a_number4.mat", lambda: mat4(2, 3, 2, 2, struct.pack("<6d", *[float("nan")] * 6)), (65,), ""),
    ("lists.safetensors", lambda: safetensors(b'{"a":' + b"[" * DEPTH + b"]" * DEPTH + b"}"), (65,), "levels"),
    ("objects.safetensors", lambda: safetensors(b'{"a":' * DEPTH + b"1" + b"}" * DEPTH), (65,), "levels"),
    ("name.safetensors", lambda: safetensors(
        b'{"a\\u001b[31m\\u202e\\u009b":{"dtype":"F64","shape":[1],"data_offsets":[0,8]}}', b"\0" * 8), (0,),
     "a\\x1b[31m\\u{202e}\\x9b"),
    ("text.safetensors", lambda: safetensors(json.dumps(
        {"__metadata__": {STEERING: STEERING},
         STEERING: {"dtype": "F64", "shape": [1], "data_offsets": [0, 8]}}).encode(), b"\0" * 8), (0,), "a\\x1b[31m"),
    ("raw_text.safetensors", lambda: safetensors(json.dumps(
        {STEERING: {"dtype": "F64", "shape": [1], "data_offsets": [0, 8]}}, ensure_ascii=False).encode(),
        b"\0" * 8), (0, 65), ""),
    ("names.safetensors", lambda: safetensors(
        b'{"a":{"dtype":"F64","shape":[1],"data_offsets":[0,8]},"a":{"dtype":"F64","shape":[1],"data_offsets":[0,8]}}',
        b"\0" * 8), (65,), "twice"),
    ("escaped_names.safetensors", lambda: safetensors(
        b'{"a":{"dtype":"F64","shape":[1],"data_offsets":[0,8]},'
        b'"\\u0061":{"dtype":"F64","shape":[1],"data_offsets":[8,16]}}',
        b"\0" * 16), (65,), "twice"),
    ("hole.safetensors", lambda: safetensors(
        b'{"a":{"dtype":"F64","shape":[1],"data_offsets":[8,16]}}', b"\0" * 16), (65,), ""),
    ("shared.safetensors", lambda: safetensors(
        b'{"a":{"dtype":"F64","shape":[2],"data_offsets":[0,16]},'
        b'"b":{"dtype":"F64","shape":[1],"data_offsets":[8,16]}}',
        b"\0" * 16), (65,), ""),
    ("header_length.safetensors", lambda: struct.pack("<Q", (1 << 63) - 1) + b"{}", (65,), ""),
    ("blanks.safetensors", lambda: safetensors(b"{}" + b" " * (100 << 20)), (0, 65), ""),
    ("shape.safetensors", lambda: safetensors(
        b'{"a":{"dtype":"F64","shape":[4294967296,4294967296,0],"data_offsets":[0,0]}}'), (0, 65), ""),
    ("many.safetensors", lambda: safetensors(("{" + ",".join(
        '"%d":{"dtype":"F64","shape":[0],"data_offsets":[0,0]}' % number for number in range(300_000)) + "}").encode()),
     (0, 65), ""),
    ("graphs.onnx", lambda: numeric(1, 8) + field(7, chain(1, 5, 6)), (0, 65), ""),
    ("functions.onnx", lambda: numeric(1, 8) + chain(25, 7, 5, 6), (0, 65), ""),
    ("tensors.onnx", lambda: tensors(lambda number: b"t%d" % number), (0,), ""),
    ("same_tensors.onnx", lambda: tensors(lambda number: b"t"), (0,), "several tensors of this name"),
    ("nodes.onnx", nodes, (0, 65), ""),
    ("text.onnx", lambda: onnx_texts(STEERING.encode()), (0,), "a\\x1b[31m"),
    ("dimensions.onnx", lambda: numeric(1, 8) + field(7, field(
        5, numeric(1, 1 << 62) * 4 + numeric(2, 1) + field(8, b"w"))), (65,), "too large"),
    ("outside.onnx", lambda: external(b"/etc/hostname"), (65,), "not in the folder"),
    ("above.onnx", lambda: external(b"../../../../../../etc/hostname"), (65,), "not in the folder"),
    ("link.onnx", lambda: external(b"link"), (65,), "leads out of the folder"),
    ("pipelines.mlmodel", lambda: numeric(1, 4) + chain(202, 1), (0, 65), ""),
    ("json.keras", lambda: keras(b"[" * DEPTH + b"]" * DEPTH), (0, 65), ""),
    ("objects.keras", lambda: keras(b'{"config":' * DEPTH + b"1" + b"}" * DEPTH), (0, 65), ""),
    ("layers.keras", lambda: layers(
        MANY, b'{"class_name":"Dense","config":{"name":"a","units":1}}'), (0, 65), ""),
    ("graph.keras", lambda: keras(
        b'{"class_name":"Functional","config":{"layers":[{"class_name":"Dense","name":"a",'
        b'"config":{"name":"a","units":1},"inbound_nodes":[[["a",0,0,{}]]]}],'
        b'"input_layers":[["a",0,0]],"output_layers":[["a",0,0]]}}'), (0, 65), ""),
    ("members.npz", members, (0, 65), ""),
    ("directory.npz", lambda: directory(1 << 63, 46, 100), (65,), ""),
    ("directory_place.npz", lambda: directory(1, (1 << 64) - 1, (1 << 64) - 1), (65,), ""),
    ("text.npz", lambda: zipped([(STEERING + ".npy", npy("(1,)", b"\0" * 8))]), (0,), "a\\x1b[31m"),
    ("same.npz", lambda: zipped([("a.npy", npy("(1,)", b"\0" * 8))] * 2), (0, 65), ""),
    ("overlapping.npz", overlapping, (65,), ""),
    ("bomb.npz", lambda: zipped([("a.npy", npy("(%d,)" % (1 << 27), b"\0" * (1 << 20)))]), (65,), ""),
    ("above.npz", lambda: zipped([("../../a.npy", npy("(1,)", b"\0" * 8)), ("/b.npy", npy("(1,)", b"\0" * 8))]),
     (0, 65), ""),
    ("huge.npy", lambda: npy("(99999999999,)"), (65,), ""),
    ("dimensions.npy", lambda: npy("(" + "4294967296, " * 4 + ")"), (65,), ""),
    ("deep.npy", lambda: npy("(" * 60_000)[:65_000], (65,), ""),
    ("header_length.npy", lambda: b"\x93NUMPY\2\0\xff\xff\xff\xff{", (65,), ""),
    ("void.npy", lambda: npy("(4611686018427387904, 0)"), (0,), "4611686018427387904x0"),
    ("void.npz", lambda: zipped([
        ("X.npy", npy("(4611686018427387904, 0)")), ("y.npy", npy("(4611686018427387904, 0)"))]), (0,), ""),
    ("object.npy", lambda: npy("(1,)", b"cos\nsystem\n(S'id'\ntR.", "|O"), (0, 65), ""),
    ("text.npy", lambda: npy("(1,)", ("\x1b[31m\u202e".ljust(16, "\0")).encode("utf-32-le"), "<U16"), (0, 65), ""),
    ("fields.npy", lambda: npy("(1,)", b"", "x'), ('a', '" * 4000), (65,), ""),
    ("texts.csv", lambda: ("a,b\n1,%s\n2,%s\n" % (STEERING, STEERING)).encode() * 3, (0, 65), ""),
    ("same_names.csv", lambda: b",".join([b"a"] * 100_000) + b"\n" + b",".join([b"1"] * 100_000) + b"\n", (0, 65), ""),
    ("members.csv.gz", lambda: gzip_members(MANY), (0, 65), ""),
    ("gzip_in_gzip.csv.gz", lambda: zlib_gzip(zlib_gzip(zlib_gzip(b"a,b\n1,2\n"))), (0, 65), ""),
    ("name.csv.gz", lambda: b"\x1f\x8b\x08\x08" + b"\0" * 6 + b"n" * (64 << 20), (65,), ""),
    ("rows.txt", lambda: b"# name: a\n# type: matrix\n# rows: 99999999999\n# columns: 99999999999\n 1\n", (65,), ""),
    ("dimensions.txt", lambda: b"# name: a\n# type: matrix\n# ndims: 100000\n" + b" 1" * 100_000 + b"\n 1\n",
     (0, 65), ""),
    ("text.txt", lambda: b"# name: a\n# type: string\n# elements: 1\n# length: 9\na\x1b[31m\x07b!\n", (0, 65), ""),
    ("name.txt", lambda: b"# name: a\x1b[31m\n# type: scalar\n1\n", (0, 65), ""),
    ("sparse.arff", lambda: b"@relation r\n@attribute a numeric\n@data\n{4000000000 1}\n", (65,), ""),
    ("names.arff", lambda: ("@relation r\n@attribute '%s' {'%s'}\n@data\n'%s'\n" % ((STEERING,) * 3)).encode(),
     (0, 65), ""),
    ("attributes2.arff", lambda: b"@relation r\n" + b"".join(
        b"@attribute a%d numeric\n" % number for number in range(MANY)) + b"@data\n" + b",".join([b"1"] * MANY) + b"\n",
     (0, 65), ""),
    ("pairs.svm", lambda: b"1 " + b" ".join(b"%d:1" % number for number in range(1, 1_000_000)) + b"\n", (0, 65), ""),
    ("comment.svm", lambda: b"1 1:1 # " + b"c" * (40 << 20) + b"\n", (0, 65), ""),
    ("endless_quote.csv", lambda: b'a,b\n1,"' + b"x\n" * (40 << 20), (65,), "longer than"),
    ("endless_line.csv", lambda: b"1," * (40 << 20), (65,), "longer than"),
    ("columns.csv", lambda: b"1," * (15 << 20) + b"1\n", (65,), "columns"),
    ("names.csv", lambda: "\x1b[31mred,b\x9b\u202e\n1,2\n".encode(), (0,), "\\x1b[31mred"),
    ("rows.csv.gz", lambda: gzipped(1 << 28, b"1"), (65,), ""),
    ("zeros.gz", lambda: gzipped(1 << 30, b"\0"), (65,), ""),
    ("deep.txt",
     lambda: b"# name: a\n" + b"# type: cell\n# rows: 1\n# columns: 1\n# name: <cell-element>\n" * DEPTH, (65,),
     "deep"),
    ("index.svm", lambda: b"1 1:1 4000000000:1\n" * 3, (0, 65), ""),
    ("attributes.arff", lambda: b"@relation r\n@attribute a numeric\n@data\n" + b"1," * (30 << 20), (65,), ""),
    ("class.arff", lambda: b"@relation r\n@attribute a {" + b"b," * (1 << 20) + b"c}\n@data\nc\n", (0, 65), ""),
]


def stored(path):
    """A file of the package's, which other programs made."""
    def content():
        with open(os.path.join(PACKAGE, "Formats", path), "rb") as file:
            return file.read()
    return content


# HDF5 files: what leads to other files, what is more than it seems, what libhdf5 falls over.
ATTACKS += [
    ("links.h5", stored("h5/library/links.h5"), (65,), "it has its elements in another file, which is not opened"),
    ("virtual.h5", stored("h5/library/links.h5"), (65,), "it is a virtual dataset: its elements lie in other files"),
    ("external.h5", stored("h5/library/links.h5"), (65,), "in the file other.h5, which is not followed"),
    ("deflates.h5", stored("h5/malformed/two_deflates.h5"), (65,), "deflate more than once"),
    ("signal.h5", stored("h5/crashing/signal.nc"), (65,), "the HDF5 library crashed (signal 11)"),
    ("endless.h5", stored("h5/crashing/endless.h5"), (65,), "s of processor time"),
]


def attack(job):
    root, name, make, codes, words = job
    path = os.path.join(root, name)
    with open(path, "wb") as file:
        file.write(make())
    problems = []
    for arguments in (["reg-inspect", name], ["reg-inspect", "--stats", name],
                      ["reg-convert", "--quiet", name, name + ".csv.out", "--to", "npz"]):
        outcome = run(arguments, folder=root, limits=LIMITS)
        said = (outcome.output + outcome.errors).decode("utf-8", "replace")
        allowed = codes if "--stats" in arguments else (0, 65)
        wrong = outcome.code not in allowed or outcome.overdue or outcome.peak > MEMORY
        if "--stats" in arguments:
            wrong = wrong or words not in said
        if outcome.code == 65 and not 1 <= len(outcome.lines) <= (1 if arguments[0] == "reg-convert" else 2):
            wrong = True
        if any(ord(letter) < 32 and letter not in "\n\t" or letter in "\x7f\x9b\u202e" for letter in said):
            wrong = True
        if wrong:
            problems.append("%s (%d MiB), says %r" % (outcome, outcome.peak >> 20, said[:400]))
    os.remove(path)
    return problems


def main():
    with tempfile.TemporaryDirectory() as root:
        os.symlink("/etc/hostname", os.path.join(root, "link"))
        # What the links would lead to is there.
        for name in ("other.h5", "raw.bin"):
            shutil.copy(os.path.join(PACKAGE, "Formats", "h5", "library", name), root)
        found = at_once(attack, [(root,) + attack for attack in ATTACKS])
    for problems in found:
        for problem in problems:
            print(problem)
    print("attacks: %d" % len(ATTACKS))
    sys.exit(1 if any(found) else 0)


if __name__ == "__main__":
    main()
