"""The references are what the repository's interpreter gives, and comparisons
find what is wrong.

usage: formulas_test.py DRIVER RMSNORM_RUN
"""

import os
import subprocess
import sys
import tempfile
import unittest

import numpy as np

sys.path.insert(0, sys.argv[1])
sys.path.insert(0, os.path.join(sys.argv[1], "..", "..", "..", "python"))
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from normcheck import arrays, judge, reference  # noqa: E402
from normcheck.cases import DTYPES, OPS, Function  # noqa: E402
from operands import decode, encode, encode_float8, make_inputs  # noqa: E402
from programs import module  # noqa: E402

RUN = sys.argv[2]
XP = arrays.NumPy


def interpret(function, stored):
    """The outputs of the interpreter, which rounds as the program says."""
    op = OPS[function.op]
    with tempfile.TemporaryDirectory() as folder:
        source = os.path.join(folder, "f.mlir")
        with open(source, "w", encoding="utf-8") as file:
            file.write(module([function]))
        command = [RUN, source, "--target=reference", f"--output={folder}/out"]
        for operand in op.inputs:
            path = os.path.join(folder, f"{operand.name}.npy")
            np.save(path, stored[operand.name])
            command.append(f"--input={path}")
        result = subprocess.run(command, capture_output=True, encoding="utf-8")
        if result.returncode:
            raise AssertionError(result.stderr)
        return {
            operand.name: decode(
                np.load(f"{folder}/out{number}.npy"), operand.element(function.dtype)
            )
            for number, operand in enumerate(op.outputs)
        }


def verdicts(function, values, results):
    want = reference.expected(function, XP, values, results)
    for operand in OPS[function.op].outputs:
        name = operand.name
        yield operand, judge.judge(function, XP, operand, results[name], want[name])


class References(unittest.TestCase):
    def test_are_what_the_interpreter_gives(self):
        for op in OPS:
            for dtype in DTYPES:
                for rows, n in ((65, 64), (7, 0)):
                    function = Function(op, dtype, n)
                    stored, values = make_inputs(function, rows, n or 101)
                    results = interpret(function, stored)
                    for operand, verdict in verdicts(function, values, results):
                        with self.subTest(function=function.name, of=operand.name):
                            self.assertEqual(verdict.wrong, "")
                            count = results[operand.name].size
                            quality = judge.check_quality(
                                OPS[op], operand, dtype, verdict, count
                            )
                            self.assertEqual(quality, "")

    def test_extreme_rows(self):
        def special(x):
            x[0], x[1], x[2] = 0.0, 1e4, 1e-7
            x[3, 5], x[4, 0] = np.inf, np.nan
            return x

        for op in OPS:
            if OPS[op].backward:
                continue
            for dtype in DTYPES:
                function = Function(op, dtype, 64)
                stored, values = make_inputs(function, 7, 64, special=special)
                results = interpret(function, stored)
                for operand, verdict in verdicts(function, values, results):
                    with self.subTest(function=function.name, of=operand.name):
                        self.assertEqual(verdict.wrong, "")

    def test_find_what_is_wrong(self):
        """Each of these is near to what is right."""
        mutations = {
            "an element is its neighbour": lambda a: a[2].__setitem__(9, a[2, 10]),
            "rows are swapped": lambda a: a.__setitem__([0, 1], a[[1, 0]]),
            "an element was not written": lambda a: a[6].__setitem__(63, np.nan),
            "the mean is of another extent": lambda a: a.__imul__(1.01),
            "a tail is zero": lambda a: a[:, 60:].__imul__(0),
        }
        for op in OPS:
            for dtype in DTYPES:
                function = Function(op, dtype, 64)
                stored, values = make_inputs(function, 7, 64)
                for name, mutate in mutations.items():
                    results = interpret(function, stored)
                    first = OPS[op].outputs[0]
                    if first.name == "q":
                        element = first.element(dtype)
                        array = results["q"].astype(np.float64)
                        if element == "f8E4M3FN":
                            array = arrays.FLOAT8[results["q"]]
                        mutate(array)
                        array = np.nan_to_num(array, nan=-128.0)
                        results["q"] = (
                            encode_float8(array).astype(np.int64)
                            if element == "f8E4M3FN"
                            else array
                        )
                    else:
                        mutate(results[first.name])
                        results[first.name] = decode(
                            encode(results[first.name], dtype), dtype
                        )
                    wrong = [v.wrong for _, v in verdicts(function, values, results)]
                    with self.subTest(function=function.name, of=name):
                        # 1 % is less than a step of most codes of 8 bits.
                        if name.startswith("the mean") and first.name == "q":
                            continue
                        self.assertTrue(any(wrong))

    def test_wrong_statistics_and_sums(self):
        for op in ("layer_norm_saved", "rms_norm_fp8", "layer_norm_backward"):
            function = Function(op, "f32", 64)
            stored, values = make_inputs(function, 7, 64)
            for operand in OPS[op].outputs[1:]:
                results = interpret(function, stored)
                results[operand.name][3] *= 1 + 2.0**-12
                found = dict(
                    (o.name, v.wrong) for o, v in verdicts(function, values, results)
                )
                text = f"{operand.name}: 1 wrong, first at 3"
                self.assertIn(text, found[operand.name])


class Arrays(unittest.TestCase):
    def test_float8(self):
        self.assertEqual(arrays.FLOAT8[0x7E], 448.0)
        self.assertEqual(arrays.FLOAT8[1], 2.0**-9)
        self.assertEqual(arrays.FLOAT8[0x38], 1.0)
        self.assertTrue(np.isnan(arrays.FLOAT8[0xFF]))
        values = np.array([x for x in arrays.FLOAT8 if not np.isnan(x)])
        np.testing.assert_array_equal(
            arrays.round_to(XP, values, "f8E4M3FN"), values
        )
        places = judge._place(XP, values)
        codes = encode_float8(values)
        np.testing.assert_array_equal(places, judge._PLACES[codes])

    def test_rounding(self):
        random = np.random.default_rng(3)
        values = random.standard_normal(5000) * np.exp2(random.integers(-30, 30, 5000))
        values[:4] = [0.0, np.inf, np.nan, 1e-42]
        for dtype, numpy in (("f32", np.float32), ("f16", np.float16)):
            with np.errstate(over="ignore"):
                want = values.astype(numpy).astype(np.float64)
            np.testing.assert_array_equal(arrays.round_to(XP, values, dtype), want)
        singles = values.astype(np.float32)
        want = decode(encode(singles, "bf16"), "bf16")
        got = arrays.round_to(XP, singles.astype(np.float64), "bf16")
        np.testing.assert_array_equal(got, want)

    def test_ulp(self):
        for value in (1.0, 1.5, 3e-5, 65000.0):
            for dtype, numpy in (("f32", np.float32), ("f16", np.float16)):
                want = float(np.spacing(numpy(value)))
                self.assertEqual(arrays.ulp(XP, np.array([value]), dtype)[0], want)

    def test_float8_steps(self):
        function = Function("rms_norm_fp8", "f32", 8)
        operand = OPS[function.op].outputs[0]
        value = np.array([1.0, 1.06250001, 1.0625, 300.0, -0.0021])
        want = reference.Expected(value, value * 0 + 1e-6, value)
        exact = np.array([0x38, 0x39, 0x38, 0x79, 0x81])
        self.assertEqual(judge.judge(function, XP, operand, exact, want).wrong, "")
        # The other neighbour of what is nearly in the middle, and of what is not.
        near = exact + np.array([0, -1, 1, 0, 0])
        verdict = judge.judge(function, XP, operand, near, want)
        self.assertEqual((verdict.wrong, verdict.ulps), ("", 1.0))
        self.assertAlmostEqual(verdict.exact, 0.6)
        for index in (0, 3, 4):
            off = exact.copy()
            off[index] += 1
            verdict = judge.judge(function, XP, operand, off, want)
            self.assertIn(f"first at {index}", verdict.wrong)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
