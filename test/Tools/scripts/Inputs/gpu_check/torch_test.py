"""What the driver does with torch, on a CPU: operands with guards, correctness
and determinism of kernels that are right, and of kernels that are not. Nothing
is done where torch is not installed.

usage: torch_test.py DRIVER
"""

import ctypes
import os
import sys
import tempfile
import unittest

sys.path.insert(0, sys.argv[1])
sys.path.insert(0, os.path.join(sys.argv[1], "..", "..", "..", "python"))
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

try:
    import torch
except ImportError:
    print("torch is not installed: skipped")
    sys.exit(0)

from normcheck import budget, cases, checks, driver, manifest, peers  # noqa: E402
from normcheck import problem, timing  # noqa: E402
from normcheck.cases import OPS, Function  # noqa: E402
from folder import FakeLibrary, write_manifest  # noqa: E402

FUNCTIONS = [Function(op, t, 96) for op in OPS for t in cases.DTYPES]


class Torch(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        write_manifest(self.folder.name, "f", FUNCTIONS)
        self.library = manifest.Library(self.folder.name).functions("sm_90")

    def tearDown(self):
        self.folder.cleanup()

    def checker(self, mutate=None):
        device = driver.Driver(FakeLibrary(mutate))
        return checks.Checker(device, self.library, "cpu", 1, memory=64 << 20)

    def test_right_kernels_pass(self):
        checker = self.checker()
        for function in FUNCTIONS:
            results = [
                *checker.check(function, 3, 96),
                *checker.check(function, 19, 96, special=True),
            ]
            self.assertEqual(len(results), 2 * len(OPS[function.op].outputs))
            for result in results:
                with self.subTest(**result):
                    self.assertEqual(result["detail"], "")
            (result,) = checker.determinism(function.name, quick=True)
            self.assertEqual(result["detail"], "", function.name)

    def details(self, mutate, function=FUNCTIONS[1], special=False):
        results = self.checker(mutate).check(function, 19, 96, special)
        return [r["detail"] for r in results if not r["passed"]]

    def test_wrong_kernels_fail(self):
        def poisoned(function, outputs):
            outputs["y"][3, 95] = float("nan")

        def row(function, outputs):
            outputs["y"][4] = outputs["y"][5]

        def neighbour(function, outputs):
            y = outputs["y"]
            ctypes.c_uint8.from_address(y.ctypes.data + y.nbytes).value = 0

        self.assertIn("y: 1 wrong, first at 383", self.details(poisoned)[0])
        self.assertIn("y: 96 wrong", self.details(row)[0])
        self.assertIn("beside y", self.details(neighbour)[0])
        self.assertEqual(self.details(None), [])

    def test_other_bits_are_found(self):
        calls = []

        def sometimes(function, outputs):
            calls.append(1)
            if len(calls) == 3:
                outputs["y"][0, 0] *= 1.0000001

        def by_place(function, outputs):
            if outputs["y"].shape[0] > 777:
                outputs["y"][6, 0] *= 1.000001

        for mutate, text in ((sometimes, "when run again"), (by_place, "as rows")):
            checker = self.checker(mutate)
            (result,) = checker.determinism("rms_norm_f32_96")
            self.assertIn(text, result["detail"])

    def test_an_input_that_is_written_is_found(self):
        function = Function("rms_norm", "f32", 96)
        checker = self.checker()
        made = checker.problem(function, 5, 96)
        checker.run(made)
        self.assertEqual(made.find_damage(), "")
        made.inputs["w"].typed[3] = 0
        self.assertIn("the input w", made.find_damage())
        made = checker.problem(function, 5, 96)
        made.outputs["y"].whole[problem.GUARD - 1] = 0
        self.assertIn("beside y", made.find_damage())

    def test_peers_compute_the_ops(self):
        checker = self.checker()
        for function in FUNCTIONS:
            if function.dtype == "f16" or "fp8" in function.op:
                continue  # Torch has no such ops on every CPU.
            if function.group == "layer_norm_backward_bf16":
                continue  # On CPUs not with statistics in f32.
            made = checker.problem(function, 33, 96)
            checker.run(made)
            want = [b.typed for b in made.outputs.values()]
            arguments = timing.Timer.arguments(made)
            for table in (peers.FORMULAS, peers.EAGER):
                got = table[function.op](*arguments)
                op = OPS[function.op]
                self.assertTrue(
                    peers.is_close(op, function.dtype, want, got), function.name
                )
                wrong = [t.clone() for t in got]
                wrong[0].reshape(-1)[5] = 100
                self.assertFalse(peers.is_close(op, function.dtype, want, wrong))

    def test_counts(self):
        self.assertEqual(timing.count_sets(1 << 30, 50 << 20, 100 << 30, False), 2)
        self.assertEqual(timing.count_sets(40 << 20, 50 << 20, 100 << 30, False), 6)
        self.assertEqual(timing.count_sets(1 << 10, 50 << 20, 100 << 30, False), 64)
        self.assertEqual(timing.count_sets(1 << 10, 50 << 20, 100 << 30, True), 1)
        self.assertEqual(timing.count_sets(1 << 30, 50 << 20, 7 << 30, False), 1)
        for n in (64, 1001, 262144):
            counts = checks.row_counts(n, 32 << 20)
            self.assertEqual(counts[0], 1)
            self.assertLessEqual(counts[-1] * n, 32 << 20)
        self.assertEqual(checks.row_counts(262144, 1 << 20), [1, 4])


class Rehearsal(unittest.TestCase):
    """All of run.py but the device."""

    def rehearse(self, kind):
        import argparse
        import io
        from contextlib import redirect_stdout

        import run

        functions = [f for f in FUNCTIONS if f.dtype != "f16"]
        with tempfile.TemporaryDirectory() as folder:
            write_manifest(f"{folder}/kernels", "f", functions)
            options = argparse.Namespace(seed=1, out=f"{folder}/out", minutes=5)
            device = driver.Driver(FakeLibrary())
            made = run.Run(options, {}, device, "sm_90")
            made.missing, made.sanitizer = {}, None
            script = os.path.join(os.path.dirname(__file__), "rehearsal_worker.py")
            made.pool.command = [
                sys.executable, script, sys.argv[1], f"{folder}/kernels", kind
            ]  # fmt: skip
            items = budget.order(functions, ("correctness", "determinism"))
            items = [item for item in items if item.section == "correctness"]
            items.append(budget.Item("sanitizer", "x", 5, options=("memcheck",)))
            with redirect_stdout(io.StringIO()) as text:
                status = made.run_all(items)
            with open(f"{folder}/out/results.md", encoding="utf-8") as file:
                return status, text.getvalue(), file.read()

    def test_right(self):
        status, text, page = self.rehearse("right")
        self.assertEqual(status, 0, text)
        self.assertRegex(text, r"\n[0-9]{2,} passed, 0 failed, 1 skipped\n$")
        self.assertIn("| layer_norm | f32 | 1 | ", page)
        self.assertNotIn("## Failures", page)

    def test_wrong(self):
        status, text, page = self.rehearse("wrong")
        self.assertEqual(status, 1)
        self.assertIn("FAILED correctness layer_norm_f32_96: y: 1 wrong", text)
        self.assertIn("correctness rms_norm_int8_bf16_96: the process ended with", page)
        # The others are checked all the same.
        self.assertIn("| rms_norm_fp8 | bf16 | 1 | ", page)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
