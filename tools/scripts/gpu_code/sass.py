"""Reads the machine code of NVIDIA's GPUs from sm_70 to sm_90 out of a cubin,
as far as it says how memory is accessed and what is called.

An instruction has 128 bits. The lowest 9 are the operation; the next 3 are the
form of its operands. Of an access bits 73 to 75 are its width.
"""

import struct
from collections import Counter

_OPERATIONS = {
    0x180: "LD",
    0x181: "LDG",
    0x183: "LDL",
    0x184: "LDS",
    0x185: "ST",
    0x186: "STG",
    0x187: "STL",
    0x188: "STS",
    0x1AE: "LDGSTS",
    0x108: "MUFU",
    0x143: "CALL.ABS",
    0x144: "CALL.REL",
    0x147: "BRA",
    0x14D: "EXIT",
    0x150: "RET",
    0x189: "SHFL",
    0x11D: "BAR",
}
_WIDTHS = ("U8", "S8", "U16", "S16", "32", "64", "128")
_ACCESSES = ("LD", "LDG", "LDL", "LDS", "ST", "STG", "STL", "STS")


def decode(low, high):
    """The name of an instruction, with the width of an access."""
    operation = _OPERATIONS.get(low & 0x1FF, f"{low & 0x1FF:03x}")
    if operation == "CALL.REL" and low >> 32 == 16:
        # To what follows: so ptxas collects the threads of a warp, should they have
        # diverged, before they exchange values.
        return "CALL.NEXT"
    if operation not in _ACCESSES:
        return operation
    width = high >> 9 & 7
    if width >= len(_WIDTHS):
        raise ValueError(f"an access of width {width}: {low:016x} {high:016x}")
    return f"{operation}.{_WIDTHS[width]}"


def _sections(image):
    """Names and contents of an ELF file's sections."""
    if image[:5] != b"\x7fELF\x02":
        raise ValueError("this is no cubin")
    (start,) = struct.unpack_from("<Q", image, 0x28)
    size, count, names = struct.unpack_from("<HHH", image, 0x3A)
    headers = []
    for number in range(count):
        name, kind = struct.unpack_from("<II", image, start + number * size)
        offset, length = struct.unpack_from("<QQ", image, start + number * size + 24)
        headers.append((name, kind, offset, length))
    strings = headers[names][2]
    for name, kind, offset, length in headers:
        end = image.index(b"\0", strings + name)
        yield (
            image[strings + name : end].decode(),
            image[offset : offset + length] if kind != 8 else b"",
        )


def read(image):
    """For each kernel how often it has each instruction."""
    kernels = {}
    for name, code in _sections(image):
        if name.startswith(".text."):
            kernels[name[6:]] = Counter(
                decode(*words) for words in struct.iter_unpack("<QQ", code)
            )
    return kernels
