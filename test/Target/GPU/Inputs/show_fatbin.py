"""Prints what is in a fat binary: kind and chip of each entry. An entry's header
has, at these offsets: its kind (2 bytes; 1 is PTX, 2 an ELF), its size (4 bytes
at 4), the size of what follows (8 bytes at 8), and the chip (4 bytes at 28)."""

import struct
import sys

with open(sys.argv[1], "rb") as file:
    data = file.read()
magic, version, header, size = struct.unpack_from("<IHHQ", data)
assert magic == 0xBA55ED50, hex(magic)
position, end = header, header + size
while position < end:
    kind, _, entry = struct.unpack_from("<HHI", data, position)
    (payload,) = struct.unpack_from("<Q", data, position + 8)
    (chip,) = struct.unpack_from("<I", data, position + 28)
    print({1: "ptx", 2: "elf"}.get(kind, kind), chip)
    position += entry + payload
