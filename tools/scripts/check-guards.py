"""Removes each guard of the code in turn and checks that its test then fails.

A guard is an if statement below a comment `// guard: NAME`; its tests are
test/Negative/NAME.mlir and NAME-*.mlir (or .test, or files of that name
elsewhere below test/), or else a unit test whose source names it.

All guards are compiled once, in a scratch copy of the tree, as
`if (!removed("NAME") && (condition))`, where `removed` reads the name of the
guard that is off from a file. Prints one line for each guard, and fails when a
guard can be removed without a test noticing.
"""

import argparse
import json
import pathlib
import re
import subprocess
import sys

GUARD = re.compile(r"// guard: ([a-z0-9-]+)\s*$", re.M)
PRELUDE = """\
#include <cstdio>
#include <cstring>
static inline bool rmsnormGuardRemoved(const char *name) {{
  static char off[128];
  static const bool read = [] {{
    if (FILE *file = std::fopen({path}, "r")) {{
      off[std::fread(off, 1, sizeof(off) - 1, file)] = 0;
      std::fclose(file);
    }}
    return true;
  }}();
  return read && std::strcmp(off, name) == 0;
}}
#line 1
"""


def closing(text, start):
    """The position of the parenthesis that closes the one at `start`."""
    depth = 0
    for position in range(start, len(text)):
        depth += (text[position] == "(") - (text[position] == ")")
        if depth == 0:
            return position
    return None


def split_condition(text):
    """The parts of `init; condition`, split at the top level."""
    depth = 0
    for position, char in enumerate(text):
        depth += (char in "([{") - (char in ")]}")
        if char == ";" and depth == 0:
            return text[: position + 1], text[position + 1 :]
    return "", text


def instrument(text, path):
    """The text with its guards made removable, and whether each one was."""
    names = {}
    output, position = "", 0
    for match in GUARD.finditer(text):
        # The comment may go on for some lines.
        head = re.compile(r"(\s*//[^\n]*\n)*\s*(\}\s*)?(else )?if \(").match(
            text, match.end()
        )
        names[match.group(1)] = head is not None
        if not head:
            continue
        start = head.end() - 1
        end = closing(text, start)
        init, condition = split_condition(text[start + 1 : end])
        declared = re.match(r"\s*(?:auto|[\w:<>]+)\s*[*&]?\s*(\w+) = ", condition)
        if declared:
            init, condition = condition + ";", declared.group(1)
        output += text[position : start + 1]
        output += f'{init} !rmsnormGuardRemoved("{match.group(1)}") && ({condition})'
        position = end
    if any(names.values()):
        output = PRELUDE.format(path=json.dumps(str(path))) + output
    return output + text[position:], names


def write_if_changed(path, data):
    """Keeps the time stamp of a file that stays as it is, for the build."""
    if not path.exists() or path.read_bytes() != data:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def copy_tree(root, scratch, switch):
    files = subprocess.run(
        ["git", "ls-files", "-z"], cwd=root, capture_output=True, check=True
    ).stdout.decode()
    guards = {}
    for name in filter(None, files.split("\0")):
        data = (root / name).read_bytes()
        if re.match(r"(lib|include)/.*\.(cpp|h)$", name):
            text, names = instrument(data.decode(), switch)
            data = text.encode()
            for guard, removable in names.items():
                guards.setdefault(guard, []).append((name, removable))
        write_if_changed(scratch / name, data)
        (scratch / name).chmod((root / name).stat().st_mode)
    return guards


def find_tests(scratch, name, guards):
    tests = [
        path
        for path in sorted((scratch / "test").rglob(f"{name}*"))
        if path.suffix in (".mlir", ".test")
        and (path.stem == name or path.stem.startswith(name + "-"))
        and (path.stem == name or path.stem not in guards)
    ]
    if tests:
        return tests
    named = {
        scratch / "build" / path.parent.relative_to(scratch)
        for path in (scratch / "test/Unit").rglob("*.cpp")
        if f'"{name}"' in path.read_text()
    }
    return sorted(named)


def run_lit(scratch, tests):
    paths = [
        str(scratch / "build" / path.relative_to(scratch))
        if "build" not in path.relative_to(scratch).parts
        else str(path)
        for path in tests
    ]
    result = subprocess.run(["lit-22", "-q", *paths], capture_output=True, text=True)
    return result.returncode, result.stdout + result.stderr


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("guards", nargs="*", help="only these (default: all)")
    arguments = parser.parse_args()
    root = pathlib.Path(__file__).resolve().parents[2]
    scratch = root / "build-guards"
    switch = scratch / "guard-off"
    scratch.mkdir(exist_ok=True)
    switch.write_text("")
    guards = copy_tree(root, scratch, switch)
    if not (scratch / "build/build.ninja").exists():
        subprocess.run(["cmake", "--preset", "default"], cwd=scratch, check=True)
    subprocess.run(
        ["ninja", "-C", "build", "rmsnorm-opt", "RMSNormUnitTests"],
        cwd=scratch,
        check=True,
    )

    survivors = 0
    names = arguments.guards or sorted(guards)
    for name in names:
        switch.write_text("")
        tests = find_tests(scratch, name, guards)
        places = guards.get(name, [])
        if not places:
            verdict = "NO SUCH GUARD"
        elif not all(removable for _, removable in places):
            verdict = "NOT AN IF STATEMENT"
        elif not tests:
            verdict = "NO TEST"
        elif run_lit(scratch, tests)[0] != 0:
            verdict = "FAILS ANYWAY"
        else:
            switch.write_text(name)
            verdict = "ok" if run_lit(scratch, tests)[0] != 0 else "NOT NOTICED"
        survivors += verdict != "ok"
        where = ", ".join(
            str(path.relative_to(scratch)) for path in tests
        )
        print(f"{verdict:20} {name:32} {where}", flush=True)
    switch.write_text("")
    print(f"{len(names)} guards, {len(names) - survivors} noticed, {survivors} not")
    return int(survivors > 0)


if __name__ == "__main__":
    sys.exit(main())
