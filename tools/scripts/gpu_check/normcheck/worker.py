"""A process that runs items one after another, so that an error that ends the
device's context, or a kernel that hangs, takes no other item along.

Reads items from the standard input, one a line, and writes what happens to the
standard output, as lines of JSON.
"""

import json
import os
import sys
import traceback


def write(file, **line):
    file.write(json.dumps(line) + "\n")
    file.flush()


class Runner:
    def __init__(self, folder, seed):
        import torch

        from normcheck.driver import Driver
        from normcheck.manifest import Library

        torch.zeros(1, device="cuda")
        self.driver = Driver()
        library = Library(os.path.join(folder, "kernels"))
        chip = library.choose(self.driver.capability)
        self.functions = library.functions(chip)
        self.seed, self.checker, self.timer = seed, None, None

    def run(self, item):
        if item["section"] == "timing":
            from normcheck.timing import Timer

            self.timer = self.timer or Timer(self.driver, self.functions)
            rounds = 5 if item["quick"] else 11
            return self.timer.time(item["name"], item["options"], rounds)
        from normcheck.checks import Checker

        if self.checker is None:
            self.checker = Checker(self.driver, self.functions, seed=self.seed)
        return getattr(self.checker, item["section"])(item["name"], item["quick"])


def serve(runner, lines, output):
    """False when the device may be of no use any more."""
    for line in lines:
        item = json.loads(line)
        try:
            for result in runner.run(item):
                write(output, result=result)
        except Exception as error:
            detail = f"{type(error).__name__}: {error}"[:500]
            where = traceback.extract_tb(error.__traceback__)[-1]
            write(output, failure=detail, at=f"{where.filename}:{where.lineno}")
            return False
        write(output, done=True)
    return True


def main():
    # What libraries print must not come among our lines.
    output = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    folder, seed = sys.argv[1], int(sys.argv[2])
    try:
        runner = Runner(folder, seed)
    except Exception as error:
        write(output, fatal=f"{type(error).__name__}: {error}"[:500])
        return 1
    write(output, ready=True)
    return 0 if serve(runner, sys.stdin, output) else 1


if __name__ == "__main__":
    sys.exit(main())
