"""Runs the ```sh blocks of a document one after another, in one folder, and
compares what they print with the block that follows the word "prints".

Usage: check_commands.py DOCUMENT FOLDER
"""

import pathlib
import re
import subprocess
import sys

BLOCK = re.compile(
    r"^```sh\n(.*?)^```\n(?:\nprints\n\n```\w+\n(.*?)^```\n)?",
    re.DOTALL | re.MULTILINE,
)


def main():
    document, folder = sys.argv[1:]
    text = pathlib.Path(document).read_text()
    commands = wrong = 0
    for match in BLOCK.finditer(text):
        commands += 1
        result = subprocess.run(
            ["bash", "-e", "-o", "pipefail", "-c", match.group(1)],
            cwd=folder,
            capture_output=True,
            text=True,
        )
        if result.returncode == 0 and result.stdout == (match.group(2) or ""):
            continue
        wrong += 1
        line = text.count("\n", 0, match.start()) + 1
        print(f"{document}:{line}: prints\n{result.stdout}{result.stderr}")
    print(f"{commands} commands, {wrong} wrong")


main()
