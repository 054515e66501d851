"""Runs the README's example with stock mlir-opt, and checks that it prints what
the README says, and that the files which the documentation links exist.

Usage: check_readme.py MLIR_OPT PLUGIN PROJECT FOLDER
"""

import pathlib
import re
import subprocess
import sys


def main():
    mlir_opt, plugin, project, folder = sys.argv[1:]
    project = pathlib.Path(project).resolve()
    readme = (project / "README.md").read_text()
    command, printed = re.search(
        r"^```sh\n(cat > .*?)^```\n\nprints\n\n```mlir\n(.*?)^```$",
        readme,
        re.DOTALL | re.MULTILINE,
    ).groups()
    command = command.replace("build/lib/RMSNormPlugin.so", plugin)
    command = command.replace("mlir-opt-22", mlir_opt)
    result = subprocess.run(
        ["bash", "-e", "-c", command],
        cwd=folder,
        capture_output=True,
        text=True,
    )
    if result.stdout.strip() != printed.strip():
        print(f"README.md says\n{printed}but the command prints\n{result.stdout}{result.stderr}")
    else:
        print("README.md: as printed")

    for path in [project / "README.md", *sorted((project / "docs").rglob("*.md"))]:
        for link in re.findall(r"\]\(([^)#]+)", path.read_text()):
            if "://" not in link and not (path.parent / link).exists():
                print(f"{path.relative_to(project)}: no file {link}")


main()
