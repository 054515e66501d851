"""Runs clang-tidy over a compilation database, in parallel, with a cache.

The key of a file is a digest of its preprocessed text, of .clang-tidy and of
the tool's version: clang-tidy sees nothing else. Clean files are remembered in
the user's cache folder; files with findings never are.
"""

import concurrent.futures
import hashlib
import json
import os
import pathlib
import shlex
import subprocess
import sys

TIDY = "clang-tidy-22"


def digest(entry, config):
    command = shlex.split(entry["command"])
    if os.path.basename(command[0]) == "ccache":
        command = command[1:]
    output = command.index("-o")
    del command[output : output + 2]
    command.remove("-c")
    result = subprocess.run(
        command + ["-E", "-P"], cwd=entry["directory"], capture_output=True
    )
    if result.returncode != 0:
        return None
    return hashlib.sha256(config + result.stdout).hexdigest()


def check(entry, config, cache, build):
    name = os.path.relpath(entry["file"])
    key = digest(entry, config)
    if key and (cache / key).exists():
        return name, 0, "", True
    result = subprocess.run(
        [TIDY, "--quiet", "-p", build, entry["file"]],
        capture_output=True,
        text=True,
    )
    if result.returncode == 0 and key:
        (cache / key).touch()
    return name, result.returncode, result.stdout, False


def main():
    build = sys.argv[1]
    root = pathlib.Path.cwd()
    config = (root / ".clang-tidy").read_bytes()
    config += subprocess.run([TIDY, "--version"], capture_output=True).stdout
    cache = pathlib.Path(
        os.environ.get("XDG_CACHE_HOME", pathlib.Path.home() / ".cache")
    )
    cache = cache / "rmsnorm-tidy"
    cache.mkdir(parents=True, exist_ok=True)

    entries = json.loads((root / build / "compile_commands.json").read_text())
    entries = {entry["file"]: entry for entry in entries}.values()
    failed = cached = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        jobs = [pool.submit(check, e, config, cache, build) for e in entries]
        for job in concurrent.futures.as_completed(jobs):
            name, status, text, was_cached = job.result()
            cached += was_cached
            if status != 0:
                failed += 1
                print(f"{name}: clang-tidy found something\n{text}")
    print(f"clang-tidy: {len(entries)} files, {cached} unchanged, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
