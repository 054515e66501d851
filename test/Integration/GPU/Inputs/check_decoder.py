"""Assembles kernels that load and store in each width and memory, and compares
what tools/scripts/gpu_code/sass.py makes of them with what they were made of; or
with nvdisasm, where there is one.

usage: check_decoder.py SCRIPTS PTXAS CHIP OUT
"""

import os
import re
import shutil
import subprocess
import sys
from collections import Counter

SCRIPTS, PTXAS, CHIP, OUT = sys.argv[1:]
sys.path.insert(0, os.path.join(SCRIPTS, "gpu_code"))

import sass  # noqa: E402

WIDTHS = {"u8": "U8", "s8": "S8", "u16": "U16", "s16": "S16", "b32": "32"}
WIDTHS |= {"b64": "64", "v2.b32": "64", "v4.b32": "128", "v2.b64": "128"}
LETTERS = {"global": "G", "shared": "S", "local": "L", "generic": ""}


def kernel(name, space, width):
    """Copies through `space`; generic pointers are the parameters as they are."""
    kind = {"8": "h", "6": "h", "2": "r", "4": "d"}[width[-1]]
    if width == "b64" or width == "v2.b64":
        kind = "d"
    count = int(width[1]) if width[0] == "v" else 1
    values = ", ".join(f"%{kind}{number}" for number in range(count))
    values = f"{{{values}}}" if count > 1 else values
    text = f""".visible .entry {name}(.param .u64 {name}_p, .param .u64 {name}_q)
{{
  .reg .b16 %h<4>; .reg .b32 %r<4>; .reg .b64 %d<4>; .reg .b64 %a<8>;
  .shared .align 16 .b8 {name}_s[1024];
  .local .align 16 .b8 {name}_l[1024];
  ld.param.u64 %a0, [{name}_p];
  ld.param.u64 %a1, [{name}_q];
  cvta.to.global.u64 %a2, %a0;
  cvta.to.global.u64 %a3, %a1;
"""
    if space == "global":
        text += f"  ld.global.{width} {values}, [%a2];\n"
    elif space == "generic":
        text += f"  ld.{width} {values}, [%a0];\n  st.{width} [%a1], {values};\n"
    else:
        buffer = f"{name}_{space[0]}"
        for pointer, place in (("%a0", "%a4"), ("%a1", "%a5")):
            # An address that is not known, so that nothing stays in registers.
            text += f"  and.b64 %a6, {pointer}, 1008;\n  mov.u64 {place}, {buffer};\n"
            text += f"  add.s64 {place}, {place}, %a6;\n"
        text += f"  ld.global.{width} {values}, [%a2];\n"
        text += f"  st.{space}.{width} [%a4], {values};\n  bar.sync 0;\n"
        text += f"  ld.{space}.{width} {values}, [%a5];\n"
    if space != "generic":
        text += f"  st.global.{width} [%a3], {values};\n"
    return text + "  ret;\n}\n"


def expected(space, width):
    name = WIDTHS[width]
    result = Counter({f"LD{LETTERS[space]}.{name}": 1, f"ST{LETTERS[space]}.{name}": 1})
    if space in ("shared", "local"):
        result |= expected("global", width)
    return result


def plain(counts):
    """Accesses only, with signed stores, which are the same, as unsigned."""
    result = Counter()
    for name, count in counts.items():
        if re.match(r"(LD|ST)[GSL]?\.", name):
            result[re.sub(r"(ST\w?)\.S", r"\1.U", name)] += count
    return result


def disassemble(program, cubin):
    """The same counts from nvdisasm."""
    text = subprocess.run(
        [program, "-c", cubin], check=True, capture_output=True, encoding="utf-8"
    ).stdout
    kernels, name = {}, None
    for line in text.splitlines():
        section = re.match(r"\s*\.section\s+\.text\.(\w+)", line)
        if section:
            name = section.group(1)
            kernels[name] = Counter()
        access = re.search(r"\b((?:LD|ST)[GSL]?)((?:\.\w+)*) ", line)
        if access and name:
            widths = [w for w in access.group(2).split(".") if w in WIDTHS.values()]
            kernels[name][f"{access.group(1)}.{widths[0] if widths else '32'}"] += 1
    return kernels


def main():
    os.makedirs(OUT, exist_ok=True)
    cases = {
        f"{space}_{width.replace('.', '_')}": (space, width)
        for space in LETTERS
        for width in WIDTHS
    }
    source, cubin = (os.path.join(OUT, f"{CHIP}.{end}") for end in ("ptx", "cubin"))
    with open(source, "w", encoding="utf-8") as file:
        file.write(f".version 7.8\n.target {CHIP}\n.address_size 64\n")
        for name, case in cases.items():
            file.write(kernel(name, *case))
    subprocess.run([PTXAS, f"-arch={CHIP}", source, "-o", cubin], check=True)
    with open(cubin, "rb") as file:
        found = sass.read(file.read())
    wanted = {name: expected(*case) for name, case in cases.items()}
    program = shutil.which("nvdisasm", path=os.path.dirname(PTXAS)) or shutil.which(
        "nvdisasm"
    )
    sources = {"PTX": wanted}
    if program:
        sources["nvdisasm"] = disassemble(program, cubin)
    faults = 0
    for origin, all_wanted in sources.items():
        for name in cases:
            if plain(found[name]) != plain(all_wanted[name]):
                faults += 1
                print(f"{name}: {plain(found[name])}, {origin} {all_wanted[name]}")
    print(f"{CHIP}: {len(cases)} kernels, {faults} faults; with {' and '.join(sources)}")
    sys.exit(faults > 0)


if __name__ == "__main__":
    main()
