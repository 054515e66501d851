"""Checks that each entry of the catalogue of spellings has a test or a reason.

A file NAME.mlir or NAME-VARIANT.mlir in the folder of its section is a test of
the entry NAME. A variant that is expected to fail needs a reason as well.
"""

import argparse
import json
import pathlib
import sys

STATISTICS = """
sq-mul sq-pow sq-square sq-fpowi sq-abs sq-sqdiff sq-centred sq-conj
sq-exp2-log2
mean-reduce-mean mean-sum-div-n mean-sum-times-inverse-n mean-divided-before
mean-multiplied-before mean-scaled-squares mean-dot-ones mean-matmul mean-conv
mean-avg-pool mean-dynamic-n mean-dot-self mean-einsum mean-sum-square
mean-l2-squared mean-axis-by-axis
rt-rsqrt rt-one-over-sqrt rt-recip-sqrt rt-sqrt-recip rt-sqrt-one-over
rt-pow-minus-half rt-pow-sqrt rt-pow-pow rt-div-sqrt rt-div-pow rt-exp-log
"""
BACKWARD = """
B-layer-norm B-layer-norm-torch B-layer-norm-jax B-rms-norm B-xhat-recomputed
B-residual-gradient
"""


def numbered(letter, count):
    return [f"{letter}{i}" for i in range(1, count + 1)]


SECTIONS = {
    "Statistics": STATISTICS.split(),
    "LayerNorm": numbered("A", 25),
    "RMSNorm": numbered("R", 18),
    "Backward": BACKWARD.split(),
    "Corrections": numbered("C", 9),
    "Rejections": numbered("X", 25),
}
MOST_EXCEPTIONS = 6
ALWAYS_SERVED = {
    *numbered("R", 9), *numbered("A", 7), "A10", "A15", "A16",
    *numbered("C", 8), *numbered("X", 18), "X21", "X24",
}


def entry_of(file, entries):
    """The longest name that the file may be a variant of, or None."""
    fitting = [e for e in entries if file == e or file.startswith(e + "-")]
    return max(fitting, key=len, default=None)


def check(folder, exceptions):
    errors, tested, failing = [], set(), set()
    for section, entries in SECTIONS.items():
        for path in sorted((folder / section).glob("*.mlir")):
            entry = entry_of(path.stem, entries)
            if entry is None:
                errors.append(f"{section}/{path.name}: of no entry")
            elif f"entry {entry}:" not in path.read_text().split("\n", 1)[0]:
                errors.append(f"{section}/{path.name}: the first line does not "
                              f"name {entry}")
            tested.add(entry)
            if "// XFAIL:" in path.read_text():
                failing.add(path.stem)
    known = {entry for entries in SECTIONS.values() for entry in entries}
    excepted = [exception["id"] for exception in exceptions]
    for exception in exceptions:
        if not exception.get("reason"):
            errors.append(f"{exception['id']}: an exception without a reason")
    for entry in sorted(known - tested - set(excepted)):
        errors.append(f"{entry}: neither a test nor an exception")
    for entry in sorted(tested & set(excepted)):
        errors.append(f"{entry}: a test and an exception")
    for variant in sorted(failing - set(excepted)):
        errors.append(f"{variant}: expected to fail, and no exception")
    for entry in sorted(set(excepted) - known - failing):
        errors.append(f"{entry}: an exception, but no entry")
    for entry in sorted(set(excepted) & ALWAYS_SERVED):
        errors.append(f"{entry}: may not be an exception")
    if len(set(excepted)) != len(excepted):
        errors.append("an entry is listed twice")
    if len(excepted) > MOST_EXCEPTIONS:
        errors.append(f"{len(excepted)} exceptions; {MOST_EXCEPTIONS} are most")
    return errors, len(known), len(known & tested), len(excepted)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("exceptions", type=pathlib.Path)
    args = parser.parse_args()
    exceptions = json.loads(args.exceptions.read_text())
    errors, entries, tested, excepted = check(args.folder, exceptions)
    for error in errors:
        print(f"error: {error}")
    if errors:
        sys.exit(1)
    print(f"{entries} entries, {tested} tested, {excepted} exceptions")


if __name__ == "__main__":
    main()
