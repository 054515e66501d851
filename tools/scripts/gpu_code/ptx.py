"""Reads the kernels of a PTX file: limits, and accesses to global memory.

Each access is traced to the parameter that its address comes from: the sum of
a pointer and of numbers that come from other parameters or special registers,
never from memory.
"""

import re
from collections import Counter
from dataclasses import dataclass, field

_ENTRY = re.compile(r"\.visible \.entry (\w+)\((.*?)\)(.*?)\n\{(.*?)\n\}", re.S)
_INSTRUCTION = re.compile(r"^\s*(?:@!?%\w+\s+)?([a-z][\w.:]*)\s*(.*?);", re.M | re.S)
_REGISTER = re.compile(r"%[a-z]+\d+")
_BITS = re.compile(r"\.(?:v(\d)\.)?[a-z]+(\d+)$")


@dataclass
class Access:
    """What an instruction loads or stores at a time."""

    parameter: int
    bytes: int
    is_store: bool
    is_readonly: bool


@dataclass
class PtxKernel:
    name: str
    threads: int
    resident: int
    accesses: list = field(default_factory=list)
    opcodes: Counter = field(default_factory=Counter)


def _number(directive, text, otherwise):
    found = re.search(rf"\.{directive} (\d+)", text)
    return int(found.group(1)) if found else otherwise


def _instructions(body):
    """Of each: the opcode, the registers that it writes, the rest."""
    for opcode, operands in _INSTRUCTION.findall(body):
        if opcode.startswith(("st.", "bra", "bar", "ret", "red.")):
            yield opcode, [], operands
            continue
        operands = operands.strip()
        end = operands.find("}") if operands.startswith("{") else operands.find(",")
        first = operands if end < 0 else operands[: end + 1]
        yield opcode, _REGISTER.findall(first), operands[len(first) :]


def _pointers(instructions, name):
    """The pointer parameters that each register's value comes from."""
    pointers = {}
    parameter = re.compile(rf"\[{name}_param_(\d+)")
    changed = True
    while changed:  # registers of loops come round
        changed = False
        for opcode, written, rest in instructions:
            sources = set()
            if opcode.startswith("ld.param"):
                sources = {int(n) for n in parameter.findall(rest)}
            elif not opcode.startswith("ld."):
                for register in _REGISTER.findall(rest):
                    sources |= pointers.get(register, set())
            for register in written:
                known = pointers.setdefault(register, set())
                changed |= not sources <= known
                known |= sources
    return pointers


def _access(opcode, operands, pointers, is_pointer):
    count, bits = _BITS.search(opcode).groups()
    address = operands[operands.index("[") : operands.index("]")]
    sources = set()
    for register in _REGISTER.findall(address):
        sources |= {p for p in pointers.get(register, ()) if is_pointer(p)}
    if len(sources) != 1:
        raise ValueError(f"the address of {opcode} {operands} is of {sources}")
    return Access(
        sources.pop(),
        int(count or 1) * int(bits) // 8,
        opcode.startswith("st."),
        ".nc" in opcode,
    )


def read(text):
    """The kernels of a file by name."""
    kernels = {}
    for name, parameters, limits, body in _ENTRY.findall(text):
        kernel = PtxKernel(
            name, _number("maxntid", limits, 0), _number("minnctapersm", limits, 1)
        )
        pointers_at = {
            number
            for number, line in enumerate(parameters.split(","))
            if ".ptr" in line
        }
        instructions = list(_instructions(body))
        pointers = _pointers(instructions, name)
        for opcode, written, rest in instructions:
            kernel.opcodes[opcode] += 1
            if opcode.startswith(("ld.global", "st.global")):
                kernel.accesses.append(
                    _access(opcode, rest, pointers, pointers_at.__contains__)
                )
        kernels[name] = kernel
    return kernels
