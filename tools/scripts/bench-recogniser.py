"""How the time of norm-raise grows with a module, beside canonicalize.

Makes modules of TOSA functions with a given number of norms among a given
number of ops, runs each pass alone on them, interleaved, and takes medians of
what --mlir-timing says (parsing and printing are not counted). Prints the table
of docs/benchmarks/recogniser.md.
"""

import argparse
import re
import statistics
import subprocess
import tempfile

ROWS, WIDTH = 8, 64
TENSOR, COLUMN, NUMBER = f"tensor<{ROWS}x{WIDTH}xf32>", f"tensor<{ROWS}x1xf32>", "tensor<1x1xf32>"


class Function:
    """Layers of a residual network: a norm or none, and filler."""

    def __init__(self, name):
        self.lines, self.count, self.name = [], 0, name

    def op(self, text, type_):
        self.count += 1
        self.lines.append(f"  %v{self.count} = {text} -> {type_}")
        return f"%v{self.count}"

    def binary(self, kind, a, b, ta=TENSOR, tb=TENSOR, result=TENSOR):
        if kind == "mul":
            return self.op(f"tosa.mul {a}, {b}, %shift : ({ta}, {tb}, tensor<1xi8>)", result)
        return self.op(f"tosa.{kind} {a}, {b} : ({ta}, {tb})", result)

    def norm(self, x, centres):
        if centres:
            s = self.op(f"tosa.reduce_sum {x} {{axis = 1 : i32}} : ({TENSOR})", COLUMN)
            m = self.binary("mul", s, "%n", COLUMN, NUMBER, COLUMN)
            x = self.binary("sub", x, m, TENSOR, COLUMN)
        q = self.binary("mul", x, x)
        s = self.op(f"tosa.reduce_sum {q} {{axis = 1 : i32}} : ({TENSOR})", COLUMN)
        v = self.binary("mul", s, "%n", COLUMN, NUMBER, COLUMN)
        v = self.binary("add", v, "%eps", COLUMN, NUMBER, COLUMN)
        r = self.op(f"tosa.rsqrt {v} : ({COLUMN})", COLUMN)
        y = self.binary("mul", x, r, TENSOR, COLUMN)
        return self.binary("mul", y, "%w", TENSOR, f"tensor<1x{WIDTH}xf32>")

    def filler(self, x, count):
        for i in range(count):
            kind = ("add", "mul", "sub", "exp", "tanh", "reciprocal")[i % 6]
            if kind in ("add", "mul", "sub"):
                x = self.binary(kind, x, "%a" if i % 2 else "%b")
            else:
                x = self.op(f"tosa.{kind} {x} : ({TENSOR})", TENSOR)
        return x

    def text(self, result):
        constants = "\n".join(
            f'  %{name} = "tosa.const"() <{{values = dense<{value}> : {type_}}}> : () -> {type_}'
            for name, value, type_ in (("n", 1 / WIDTH, NUMBER), ("eps", "1.0e-5", NUMBER),
                                       ("shift", 0, "tensor<1xi8>")))
        body = "\n".join(self.lines)
        return (f"func.func @{self.name}(%a: {TENSOR}, %b: {TENSOR}, %w: tensor<1x{WIDTH}xf32>)"
                f" -> {TENSOR} {{\n{constants}\n{body}\n  return {result} : {TENSOR}\n}}\n")


def module(norms, ops, per_function=100):
    """`norms` norms, alternately of either kind, evenly among about `ops` ops."""
    blocks = max(norms, ops // 50)
    texts, done = [], 0
    while done < blocks:
        f, x = Function(f"f{done}"), "%a"
        for i in range(done, min(blocks, done + per_function)):
            before = f.count
            if i < norms:
                x = f.binary("add", x, f.norm(x, i % 2))
            x = f.filler(x, max(0, ops // blocks - (f.count - before)))
        texts.append(f.text(x))
        done += per_function
    return "".join(texts)


def seconds(tool, name, path):
    done = subprocess.run(
        [tool, path, f"--pass-pipeline=builtin.module({name})", "--mlir-timing",
         "--mlir-timing-display=list", "--mlir-disable-threading", "-o", "/dev/null"],
        capture_output=True, text=True, check=True)
    wanted = {"canonicalize": "Canonicalizer", "norm-raise": "NormRaise"}[name.split("{")[0]]
    for line in done.stderr.splitlines():
        if wanted in line:
            return float(re.search(r"([\d.]+) \(", line)[1])
    raise RuntimeError(done.stderr)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tool")
    parser.add_argument("--repeat", type=int, default=5)
    arguments = parser.parse_args()
    cases = [(0, 500000), (1000, 50000), (2000, 100000), (5000, 250000), (10000, 500000)]
    print("| norms | ops | canonicalize, s | norm-raise, s | ratio | norm-raise per norm, us |")
    print("|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        for norms, ops in cases:
            path = f"{folder}/{norms}.mlir"
            with open(path, "w", encoding="utf-8") as file:
                file.write(module(norms, ops))
            times = {"canonicalize": [], "norm-raise": []}
            for _ in range(arguments.repeat):
                for name, list_ in times.items():
                    list_.append(seconds(arguments.tool, name, path))
            base, own = (statistics.median(times[n]) for n in ("canonicalize", "norm-raise"))
            each = f"{own / norms * 1e6:.0f}" if norms else ""
            print(f"| {norms} | {ops} | {base:.3f} | {own:.3f} | {own / base:.2f} | {each} |")


if __name__ == "__main__":
    main()
