"""Runs each function of a file before and after norm-raise, and compares.

usage: compare_raised.py RMSNORM_OPT MLIR_OPT MLIR_LIB_DIR FILE.mlir...

The raised functions are spelled out again by norm-decompose; both programs are
then compiled by upstream passes, run on the same random arguments, and have to
print the same numbers up to the rounding of their element type.
"""

import os
import random
import re
import subprocess
import sys

PIPELINE = (
    "builtin.module(func.func(convert-elementwise-to-linalg),"
    "one-shot-bufferize{bufferize-function-boundaries"
    " function-boundary-type-conversion=identity-layout-map},"
    "func.func(convert-linalg-to-loops,fold-memref-alias-ops,"
    "resolve-ranked-shaped-type-result-dims,canonicalize),"
    "expand-strided-metadata,affine-expand-index-ops,lower-affine,"
    "convert-scf-to-cf,arith-expand{include-bf16=true},convert-math-to-llvm,"
    "convert-math-to-libm,finalize-memref-to-llvm,convert-func-to-llvm,"
    "convert-arith-to-llvm,convert-cf-to-llvm,convert-index-to-llvm,"
    "reconcile-unrealized-casts)"
)
# A handful of operations of order one, and six printed digits.
TOLERANCE = {"f64": 1e-5, "f32": 1e-5, "f16": 2.0**-8, "bf16": 2.0**-6}
DYNAMIC = {1: [8], 2: [4, 8]}


def parse(tensor):
    *dims, element = re.fullmatch(r"tensor<(.*)>", tensor).group(1).split("x")
    if "?" in dims:
        dims = DYNAMIC[len(dims)]
    return [int(dim) for dim in dims], element


def literal(shape, rng):
    if not shape:
        return repr(round(rng.gauss(0, 1), 3))
    return "[" + ", ".join(literal(shape[1:], rng) for _ in range(shape[0])) + "]"


def spell(shape, element):
    return "tensor<" + "".join(f"{dim}x" for dim in shape) + element + ">"


def driver(functions):
    """A function that calls all of `functions` and prints what they return."""
    rng = random.Random(22)
    text = [
        "func.func private @printMemrefF32(tensor<*xf32>)"
        " attributes {llvm.emit_c_interface}",
        "func.func @test() {",
    ]
    for number, (name, arguments, results) in enumerate(functions):
        operands = []
        for index, tensor in enumerate(arguments):
            shape, element = parse(tensor)
            value = f"%a{number}_{index}"
            static = spell(shape, element)
            data = literal(shape, rng)
            text.append(f"{value}s = arith.constant dense<{data}> : {static}")
            text.append(f"{value} = tensor.cast {value}s : {static} to {tensor}")
            operands.append(value)
        text.append(
            f"%r{number}:{len(results)} = func.call @{name}({', '.join(operands)})"
            f" : ({', '.join(arguments)}) -> ({', '.join(results)})"
        )
        for index, tensor in enumerate(results):
            shape, element = parse(tensor)
            value, static = f"%v{number}_{index}", spell(shape, element)
            wide = spell(shape, "f32")
            text.append(
                f"{value}s = tensor.cast %r{number}#{index} : {tensor} to {static}"
            )
            source = f"{value}s"
            if element != "f32":
                cast = "truncf" if element == "f64" else "extf"
                text.append(f"{value}w = arith.{cast} {source} : {static} to {wide}")
                source = f"{value}w"
            text.append(f"{value} = tensor.cast {source} : {wide} to tensor<*xf32>")
            text.append(f"func.call @printMemrefF32({value}) : (tensor<*xf32>) -> ()")
    return "\n".join(text + ["return", "}"])


def run(command, text=None):
    done = subprocess.run(command, input=text, text=True, stdout=subprocess.PIPE)
    if done.returncode:
        sys.exit(f"{command[0]}: exit code {done.returncode}")
    return done.stdout


def execute(module, functions, mlir_opt, libraries):
    # The driver goes into the printed module, before its last brace.
    whole = module.rstrip()[:-1] + driver(functions) + "\n}\n"
    lowered = run([mlir_opt, f"--pass-pipeline={PIPELINE}"], whole)
    runner = os.path.join(os.path.dirname(mlir_opt), "mlir-runner")
    printed = run(
        [runner, "--entry-point-result=void", "-e", "test"]
        + [
            f"--shared-libs={libraries}/lib{name}.so"
            for name in ("mlir_runner_utils", "mlir_c_runner_utils", "mlir_float16_utils")
        ],
        lowered,
    )
    return [
        [float(number) for number in re.findall(r"-?(?:\d[\d.e+-]*|nan|inf)", data)]
        for data in re.findall(r"data =\s*(.*?)(?=Unranked|\Z)", printed, re.S)
    ]


def main():
    rmsnorm_opt, mlir_opt, libraries, *files = sys.argv[1:]
    total = 0
    for path in files:
        before = run([rmsnorm_opt, path])
        raised = run([rmsnorm_opt, path, "--norm-raise"])
        after = run([rmsnorm_opt, "--norm-decompose"], raised)
        functions = []
        for name, arguments, results in re.findall(
            r"func\.func @(\w+)\((.*?)\) -> (.*?) {\n", before
        ):
            body = raised.split(f"@{name}(")[1].split("func.func")[0]
            if not re.search(r"= norm\.(rms|layer)_norm", body):
                sys.exit(f"{path}: {name} was not raised")
            tensors = r"tensor<[^>]*>"
            functions.append(
                (name, re.findall(tensors, arguments), re.findall(tensors, results))
            )
        outputs = [
            execute(module, functions, mlir_opt, libraries)
            for module in (before, after)
        ]
        types = [(name, parse(t)) for name, _, results in functions for t in results]
        if not len(types) == len(outputs[0]) == len(outputs[1]):
            sys.exit(f"{path}: {len(types)} results, but other outputs")
        for (name, (shape, element)), one, two in zip(types, *outputs):
            size = 1
            for dim in shape:
                size *= dim
            if not size == len(one) == len(two):
                sys.exit(f"{path}: {name}: {len(one)} and {len(two)} numbers")
            error = max(abs(a - b) / max(1.0, abs(a)) for a, b in zip(one, two))
            # Written so that a NaN fails.
            if not error <= TOLERANCE[element]:
                sys.exit(f"{path}: {name}: error {error}")
            total += 1
    print(f"{total} results agree")


main()
