"""Runs raised functions, and compares with the float64 reference of the
source and the bound on its error."""

import os
import re
import subprocess
import tempfile


def shape_options(program):
    """The extents of arguments whose types leave them open."""
    options = []
    for number, node in enumerate(program.inputs):
        if any(program.is_dynamic(e) for e in node.phys):
            extents = "x".join(str(program.extent(e)) for e in node.phys)
            options.append(f"--shape={number}:{extents}")
    return options


def execute(runner, case, text, pipeline=None):
    """None, or what is wrong; 'not raised' where there is nothing to run."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "function.mlir")
        with open(path, "w") as out:
            out.write(text)
        done = subprocess.run(
            [runner, path, f"--entry={case.name}", "--compare",
             *([f"--pipeline={pipeline}"] if pipeline else []),
             *shape_options(case.program)],
            capture_output=True, text=True)
    # The likely bound is a statistical one: one element in many thousands may
    # be outside of it, none outside of the guaranteed one.
    outside = re.findall(r"(\d+) outside of the guaranteed", done.stdout)
    unlikely = done.returncode == 2 and outside and set(outside) == {"0"}
    if done.returncode == 0 or unlikely:
        return None if "[raised]" in done.stdout else "not raised"
    return (done.stdout + done.stderr)[-3000:]
