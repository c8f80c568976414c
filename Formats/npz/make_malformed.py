"""Writes malformed/*.npz and the error that each must give beside it: python3 make_malformed.py"""
import os
import struct
import zlib

folder = os.path.join(os.path.dirname(os.path.abspath(__file__)), "malformed")


def array(*values, shape=None):
    """An .npy file of doubles."""
    text = f"{{'descr': '<f8', 'fortran_order': False, 'shape': ({len(values) if shape is None else shape},), }}\n"
    return b"\x93NUMPY\1\0" + struct.pack("<H", len(text)) + text.encode() + struct.pack(f"<{len(values)}d", *values)


class Member:
    """A member, whose headers may say something else than its bytes are."""

    def __init__(self, name, data, method=0, **other):
        self.name = name.encode()
        deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
        self.bytes = deflate.compress(data) + deflate.flush() if method == 8 else data
        self.flags, self.method, self.local_method, self.local_name = 0, method, method, self.name
        self.crc, self.size, self.packed = zlib.crc32(data), len(data), len(self.bytes)
        self.extra = b""
        self.offset = None
        for key, value in other.items():
            setattr(self, key, value)

    def local(self):
        return struct.pack(
            "<IHHHHHIIIHH", 0x04034B50, 20, self.flags, self.local_method, 0, 0x21, self.crc, self.packed, self.size,
            len(self.local_name), 0) + self.local_name

    def entry(self, offset):
        return struct.pack(
            "<IHHHHHHIIIHHHHHII",
            0x02014B50, 20, 20, self.flags, self.method, 0, 0x21, self.crc, self.packed, self.size,
            len(self.name), len(self.extra), 0, 0, 0, 0, offset if self.offset is None else self.offset
        ) + self.name + self.extra


def archive(*members, count=None, size=None, offset=None, disk=0, before_end=b""):
    file, directory = b"", b""
    for member in members:
        directory += member.entry(len(file))
        file += member.local() + member.bytes
    count = len(members) if count is None else count
    return file + directory + before_end + struct.pack(
        "<IHHHHIIH", 0x06054B50, disk, disk, count, count, len(directory) if size is None else size,
        len(file) if offset is None else offset, 0)


def save(name, message, data):
    with open(os.path.join(folder, name + ".npz"), "wb") as out:
        out.write(data)
    with open(os.path.join(folder, name + ".npz.expected"), "w", encoding="utf-8") as out:
        out.write(message + "\n")


good = Member("a.npy", array(1, 2))
x = array(3, 4, 5)

# The directory.
whole = archive(good, Member("x.npy", x))
save("no_directory",
     "x.npy: the member takes 92 bytes, the file ends 16 bytes short of them; what stood after it is missing too",
     whole[:-140])
save("no_end",
     "byte 369: the directory at the end of the ZIP archive is missing: the file is cut or was not "
     "written to its end",
     whole[:-1])
save("cut_in_member",
     "x.npy: the member takes 92 bytes, the file ends 26 bytes short of them; what stood after it is missing too",
     whole[:-150])
save("cut_in_header",
     "byte 140: the directory at the end of the ZIP archive is missing: the file is cut or was not "
     "written to its end",
     whole[:140])
save("directory_moved",
     "byte 170: the directory of the ZIP archive should take 51 bytes from byte 100 on, and end at byte 170",
     archive(good, offset=100))
save("directory_size",
     "byte 170: the directory of the ZIP archive should take 1073741824 bytes from byte 119 on, and end at byte 170",
     archive(good, size=1 << 30))
save("directory_of_zeros",
     "byte 119: a member should be described here in the ZIP archive's directory",
     archive(good, count=1)[:-22 - 51] + bytes(51) + archive(good)[-22:])
save("count_high",
     "byte 170: 1000 members are announced, more than 51 bytes of directory can hold", archive(good, count=1000))
save("count_2_of_1",
     "byte 170: a member should be described here in the ZIP archive's directory",
     archive(good, count=2, before_end=bytes(60), size=111))
save("several_files",
     "byte 170: the ZIP archive is split into several files; join them with zip -s 0", archive(good, disk=1))
save("locator_wild",
     "byte 170: the ZIP archive's 64-bit end record cannot stand at byte 1099511627776",
     archive(good, before_end=struct.pack("<IIQI", 0x07064B50, 0, 1 << 40, 1)))
save("locator_nowhere",
     "byte 10: the ZIP archive's 64-bit end record should stand here",
     archive(good, before_end=struct.pack("<IIQI", 0x07064B50, 0, 10, 1)))
save("extra_short",
     "byte 123: 8 bytes were expected, 4 are left",
     archive(Member("a.npy", array(1, 2), size=0xFFFFFFFF, extra=struct.pack("<HHI", 1, 4, 0))))
save("extra_of_64_bits",
     "a.npy: the size of the member does not fit 63 bits",
     archive(Member("a.npy", array(1, 2), size=0xFFFFFFFF, extra=struct.pack("<HHQ", 1, 8, (1 << 64) - 1))))
save("member_beyond_directory",
     "byte 297: member 'x.npy' should take 1000 bytes after byte 119, the directory begins at byte 246",
     archive(good, Member("x.npy", x, packed=1000)))
save("member_at_the_end",
     "byte 297: member 'x.npy' should take 92 bytes after byte 1073741824, the directory begins at byte 246",
     archive(good, Member("x.npy", x, offset=1 << 30)))

# The members: the others can still be read.
def damaged(name, message, *args, **other):
    save(name, message, archive(good, Member("x.npy", *args, **other), Member("z.npy", array(6))))


damaged("header_elsewhere",
     "x: the header of a member should stand at byte 120", x, offset=120)
damaged("header_of_another",
     "x: the header before the member at byte 0 names 'a.npy'", x, offset=0)
damaged("name_differs",
     "x: the header before the member at byte 119 names 'y.npy'", x, local_name=b"y.npy")
damaged("method_differs",
     "x: the directory says method 0, the header before the member method 8", x, local_method=8)
damaged("runs_into_next",
     "x: its 140 bytes from byte 154 on run into what stands after the member", x, packed=140, size=140)
damaged("stored_sizes",
     "x: 90 bytes are announced, 92 are stored uncompressed", x, size=90)
damaged("checksum",
     "x: the checksum (CRC-32) is 4f2edefd, the archive says 12345678", x, crc=0x12345678)
damaged("checksum_deflated",
     "x: the checksum (CRC-32) is 4f2edefd, the archive says 12345678", x, 8, crc=0x12345678)
damaged("stream_broken",
     "x: the deflate stream is damaged: invalid block type", x, 8, bytes=b"\xff" * 60, packed=60)
damaged("stream_ends_early",
     "x: the deflate stream ends 8 bytes before its content", x[:-8], 8, size=len(x))
damaged("stream_goes_on",
     "x: the deflate stream goes on after its content should end", x + bytes(8), 8, size=len(x))
damaged("compressed_cut",
     "x: the compressed bytes end before the deflate stream does", x, 8, packed=40)
damaged("bomb",
     "x: 1073741924 bytes are announced, more than 76 compressed bytes can hold",
     array(0, shape=1 << 27), 8, size=(1 << 30) + 100)
damaged("bomb_of_zeros",
     "x: the deflate stream ends 8184 bytes before its content",
     array(0, shape=1 << 10), 8, size=len(array(0, shape=1 << 10)) - 8 + (1 << 13))
damaged("array_short",
     "x: the array takes 32 bytes, its member has 24 after the header", array(3, 4, 5, shape=4))
damaged("array_long",
     "x: the array takes 16 bytes, its member has 24 after the header", array(3, 4, 5, shape=2))
damaged("no_array",
     "x: a NumPy array should begin here, with the bytes 93 4E 55 4D 50 59", b"text in the place of an array")
damaged("empty_member",
     "x: the member ends within the header of the array: 8 more bytes were expected", b"")
damaged("cut_array_header",
     "x: the member ends within the header of the array: 38 more bytes were expected", x[:30])
