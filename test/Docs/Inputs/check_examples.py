"""Parses every ```mlir block of the documentation and of the .td files.

Usage: check_examples.py RMSNORM_OPT PROJECT
"""

import pathlib
import re
import subprocess
import sys
import textwrap

BLOCK = re.compile(r"^([ ]*)```mlir\n(.*?)^\1```$", re.DOTALL | re.MULTILINE)


def sources(project):
    yield project / "README.md"
    yield from sorted((project / "docs").rglob("*.md"))
    yield from sorted((project / "include").rglob("*.td"))


def main():
    opt, project = sys.argv[1], pathlib.Path(sys.argv[2]).resolve()
    examples = rejected = 0
    for path in sources(project):
        text = path.read_text()
        for match in BLOCK.finditer(text):
            examples += 1
            result = subprocess.run(
                [opt, "-o", "/dev/null"],
                input=textwrap.dedent(match.group(2)),
                capture_output=True,
                text=True,
            )
            if result.returncode != 0:
                rejected += 1
                line = text.count("\n", 0, match.start()) + 1
                name = path.relative_to(project)
                print(f"{name}:{line}: rejected\n{result.stderr}")
    print(f"{examples} examples, {rejected} rejected")


main()
