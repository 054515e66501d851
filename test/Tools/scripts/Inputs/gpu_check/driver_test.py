"""The driver, up to the device: manifests, parameters, bytes, budget, reports,
and workers that are lost.

usage: driver_test.py DRIVER
"""

import ctypes
import io
import json
import os
import subprocess
import sys
import tempfile
import unittest

import numpy as np

sys.path.insert(0, sys.argv[1])
sys.path.insert(0, os.path.join(sys.argv[1], "..", "..", "..", "python"))
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from normcheck import budget, cases, driver, manifest, ready, report, sanitize  # noqa
from normcheck import worker  # noqa: E402
from normcheck.cases import OPS, Function  # noqa: E402
from normcheck.names import find, find_timing  # noqa: E402
from normcheck.pool import Pool, WorkerError  # noqa: E402
from folder import FakeLibrary, describe, write_manifest  # noqa: E402

WORKER = """
import json, sys, time
print(json.dumps({"ready": True}), flush=True)
for line in sys.stdin:
    item = json.loads(line)
    if item["name"] == "hang":
        time.sleep(60)
    if item["name"] == "die":
        sys.exit(9)
    if item["name"] == "fail":
        print(json.dumps({"failure": "CudaError: illegal", "at": "f:1"}), flush=True)
        sys.exit(1)
    print(json.dumps({"result": {"of": item["name"]}}), flush=True)
    print(json.dumps({"done": True}), flush=True)
"""


def compiled(function):
    return manifest.CompiledFunction(describe(function), "no.fatbin", "sm_90")


def get_plan(function, rows):
    operands = OPS[function.op].inputs + OPS[function.op].outputs
    return compiled(function).plan([o.shape(rows, function.n) for o in operands])


class Plans(unittest.TestCase):
    def test_shapes(self):
        function = compiled(Function("rms_norm", "bf16", 0))
        (launch,) = manifest.kernels(function.plan([(5, 64), (64,), (5, 64)]))
        self.assertEqual([p.value for p in launch.parameters[-2:]], [5, 64])
        fixed = compiled(Function("rms_norm", "bf16", 64))
        for shapes in ([(5, 65), (64,), (5, 64)], [(5, 64), (64,), (4, 64)],
                       [(5, 64), (64,)], [(5, 64), (64, 1), (5, 64)]):  # fmt: skip
            with self.assertRaises(manifest.ManifestError):
                fixed.plan(shapes)

    def test_launches(self):
        plan = get_plan(Function("layer_norm_backward", "f32", 96), 9)
        copy, launch = plan.launches
        self.assertEqual(plan.workspaces, {"w0": 384})
        self.assertEqual(launch.grid, (6, 1, 1))
        self.assertEqual(launch.parameters[-4].buffer, "w0")
        self.assertEqual((copy.source, copy.destination, copy.bytes), ("w", "w", 192))

    def test_wrong_manifests(self):
        for key, value in (
            ("grid", ["d0 - 5", 1, 1]), ("grid", [3, 1, 1]), ("block", ["d7"]),
            ("parameters", [{"pointer": "z"}]), ("parameters", [{"u8": 1}]),
            ("condition", "d0 <"), ("condition", "open('x')"),
        ):  # fmt: skip
            wrong = compiled(Function("rms_norm", "f32", 64))
            wrong.description["launches"][2][key] = value
            with self.assertRaises(manifest.ManifestError, msg=f"{key} {value}"):
                plan = wrong.plan([(4, 64), (64,), (4, 64)])
                manifest.pack(manifest.kernels(plan)[0], {})

    def test_parameters_are_packed(self):
        plan = get_plan(Function("layer_norm_backward", "f32", 96), 9)
        names = ("dy", "x", "mean", "rstd", "w", "dx", "dscale", "dbias", "w0")
        pointers = {name: 2**40 + 8 * i for i, name in enumerate(names)}
        addresses, storage = manifest.pack(manifest.kernels(plan)[0], pointers)
        kinds = [ctypes.c_uint64] * 9 + [ctypes.c_uint16] + [ctypes.c_int64] * 2
        values = [k.from_address(a).value for k, a in zip(kinds, addresses)]
        self.assertEqual(values, [*pointers.values(), 0x7F80, 9, 96])
        self.assertEqual(len(storage), 12)

    def test_chips(self):
        with tempfile.TemporaryDirectory() as folder:
            write_manifest(folder, "f", [Function("rms_norm", "f32", 64)])
            library = manifest.Library(folder)
            for capability, chip in (
                ((8, 0), "sm_80"), ((8, 9), "sm_80"), ((9, 0), "sm_90"),
                ((12, 0), "sm_90"), ((7, 5), None),
            ):  # fmt: skip
                self.assertEqual(library.choose(capability), chip)


class Launching(unittest.TestCase):
    def test_structures_are_those_of_cuda_h(self):
        self.assertEqual(ctypes.sizeof(driver.LaunchAttribute), 72)
        self.assertEqual(driver.LaunchAttribute.value.offset, 8)
        self.assertEqual(ctypes.sizeof(driver.LaunchConfig), 56)
        self.assertEqual(driver.LaunchConfig.stream.offset, 32)
        self.assertEqual(driver.LaunchConfig.attributes.offset, 40)

    def test_attributes(self):
        plan = get_plan(Function("rms_norm", "f32", 64), 9)
        config, _ = driver.get_config(manifest.kernels(plan)[0], 1234)
        self.assertEqual(list(config.grid), [6, 1, 1])
        self.assertEqual((config.shared, config.stream, config.count), (1024, 1234, 2))
        self.assertEqual(config.attributes[0].id, 4)
        self.assertEqual(list(config.attributes[0].value.cluster), [2, 1, 1])
        self.assertEqual(config.attributes[1].id, 6)
        self.assertEqual(config.attributes[1].value.programmatic, 1)

    def test_launches_compute(self):
        """Through the packed parameters, on memory of this process."""
        library = FakeLibrary()
        device = driver.Driver(library)
        self.assertEqual(device.capability, (9, 0))
        function = Function("rms_norm", "f32", 64)
        with tempfile.TemporaryDirectory() as folder:
            write_manifest(folder, "f", [function])
            found = manifest.Library(folder).functions("sm_90")[function.name]
            x = np.random.default_rng(0).standard_normal((5, 64)).astype(np.float32)
            w, y = np.ones(64, np.float32), np.zeros((5, 64), np.float32)
            pointers = {n: a.ctypes.data for n, a in (("x", x), ("w", w), ("y", y))}
            plan = found.plan([x.shape, w.shape, y.shape])
            device.prepare(found.image, plan, pointers)()
            want = x / np.sqrt((x * x).mean(1, keepdims=True) + 1e-5)
            np.testing.assert_allclose(y, want, rtol=1e-6)
            self.assertEqual(len(library.launches), 1)

    def test_errors_have_names(self):
        library = FakeLibrary()
        library.cuModuleGetFunction = lambda *arguments: 500
        with tempfile.NamedTemporaryFile() as file:
            with open(file.name, "wb") as image:
                image.write(b"\x50\xed\x55\xba")
            with self.assertRaisesRegex(driver.CudaError, "of k: CUDA_ERROR_NOT_FOUND"):
                driver.Driver(library).get_function(file.name, "k")


class Tables(unittest.TestCase):
    def test_bytes(self):
        for name, want in (
            ("rms_norm bf16 32768x4096", 2 * 2 * 2**27 + 2 * 4096),
            ("add_rms_norm f32 2048x4096", 4 * 4 * 2**23 + 4 * 4096),
            ("rms_norm_fp8 bf16 8192x4096", 3 * 2**25 + 2 * 4096 + 4 * 8192),
            ("rms_norm_backward bf16 8192x4096", 3 * 2**26 + 4 * 4096 + 4 * 8192),
            (
                "layer_norm_backward f32 4096x16384",
                3 * 4 * 2**26 + 3 * 4 * 16384 + 2 * 4 * 4096,
            ),
        ):
            self.assertEqual(find_timing(name).bytes, want, name)

    def test_names(self):
        functions = cases.functions((777,))
        self.assertEqual(len({f.name for f in functions}), len(functions))
        for function in functions:
            self.assertEqual(find(function.name), function)
        there = set(functions)
        for timing in cases.timings():
            self.assertIn(timing.function, there)

    def test_sanitizer_numbers(self):
        random = np.random.default_rng(0)
        for op in OPS.values():
            for operand in op.inputs:
                if operand.kind == "scalar":
                    continue
                shape = operand.shape(5, 96)
                array = sanitize.numbers(operand, "bf16", shape, random)
                self.assertEqual(array.nbytes, operand.bytes("bf16", 5, 96))

    def test_ready(self):
        functions = [Function(op, "bf16", n) for op in OPS for n in (64, 0)]
        with tempfile.TemporaryDirectory() as folder:
            write_manifest(folder, "f", functions)
            library = manifest.Library(folder)
            lines = ready.check(library, functions)
            self.assertEqual(len(lines), 2)
            self.assertIn("18 functions, 18 kernels", lines[0])
            missing = Function("rms_norm", "f32", 64)
            with self.assertRaisesRegex(manifest.ManifestError, "is not there"):
                ready.check(library, [missing])
            os.remove(os.path.join(folder, "f.fatbin"))
            with self.assertRaisesRegex(manifest.ManifestError, "there is no"):
                ready.check(library, functions)


class Budgets(unittest.TestCase):
    def test_order(self):
        functions = cases.functions()
        items = budget.order(functions)
        sections = {item.section for item in items}
        self.assertEqual(sections, set(budget.SECTIONS))
        self.assertEqual(sum(i.name.startswith("cupy:") for i in items), 1)
        checked = {i.name for i in items if i.section == "correctness" and not i.quick}
        self.assertEqual(checked, {f.name for f in functions})
        self.assertTrue(items[0].section == "correctness" and items[0].quick)
        quick = budget.order(functions, quick=True)
        self.assertLess(len(quick), len(items) / 4)
        only = budget.order(functions, ("timing",))
        self.assertEqual({item.section for item in only}, {"timing"})

    def test_time(self):
        now = [0.0]
        limit = budget.Budget(1, clock=lambda: now[0])
        item = budget.Item("timing", "t", 40)
        self.assertTrue(limit.allows(item))
        limit.took(item, 30)
        now[0] = 31.0
        self.assertFalse(limit.allows(item))
        self.assertTrue(limit.allows(budget.Item("correctness", "f", 10)))
        now[0] = 100.0
        self.assertFalse(limit.allows(budget.Item("correctness", "f", 10)))


class Pools(unittest.TestCase):
    def run_item(self, pool, name, patience=20):
        return list(pool.run(budget.Item("timing", name, 1), patience))

    def test_lost_workers_are_replaced(self):
        pool = Pool("", 0, subprocess.DEVNULL, [sys.executable, "-c", WORKER])
        self.assertEqual(self.run_item(pool, "a"), [{"of": "a"}])
        first = pool.process.pid
        self.assertEqual(self.run_item(pool, "b"), [{"of": "b"}])
        self.assertEqual(pool.process.pid, first)
        self.assertIn("status 9", self.run_item(pool, "die")[0])
        self.assertEqual(self.run_item(pool, "c"), [{"of": "c"}])
        self.assertIn("no answer", self.run_item(pool, "hang", 0.5)[0])
        self.assertIn("illegal (f:1)", self.run_item(pool, "fail")[0])
        self.assertEqual(self.run_item(pool, "d"), [{"of": "d"}])
        pool.stop()

    def test_no_worker(self):
        fatal = "print('{\"fatal\": \"no torch\"}')"
        pool = Pool("", 0, subprocess.DEVNULL, [sys.executable, "-c", fatal])
        with self.assertRaisesRegex(WorkerError, "no torch"):
            self.run_item(pool, "a")


class Sources(unittest.TestCase):
    def test_all_compile(self):
        """Also those that nothing here can import."""
        count = 0
        for path, _, names in os.walk(sys.argv[1]):
            for name in names:
                if name.endswith(".py"):
                    count += 1
                    with open(os.path.join(path, name), encoding="utf-8") as file:
                        compile(file.read(), name, "exec")
        self.assertGreater(count, 15)


class Workers(unittest.TestCase):
    def serve(self, run):
        class Runner:
            pass

        Runner.run = staticmethod(run)
        lines = [json.dumps({"section": "timing", "name": name}) for name in "ab"]
        output = io.StringIO()
        good = worker.serve(Runner, lines, output)
        return good, [json.loads(line) for line in output.getvalue().splitlines()]

    def test_results_and_errors(self):
        good, messages = self.serve(lambda item: iter([{"of": item["name"]}]))
        self.assertTrue(good)
        want = [{"result": {"of": "a"}}, {"done": True}]
        want += [{"result": {"of": "b"}}, {"done": True}]
        self.assertEqual(messages, want)

        def fail(item):
            yield {"of": item["name"]}
            raise driver.CudaError("illegal address")

        good, messages = self.serve(fail)
        self.assertFalse(good)
        self.assertEqual(messages[1]["failure"], "CudaError: illegal address")
        self.assertEqual(len(messages), 2)


class Reports(unittest.TestCase):
    def test_page(self):
        with tempfile.TemporaryDirectory() as folder:
            made = report.Report(folder, {"device": "none"})
            timing = find_timing("rms_norm bf16 32768x4096")
            row = {
                "section": "timing", "case": timing.name, "op": "rms_norm",
                "dtype": "bf16", "rows": 32768, "n": 4096, "note": "",
            }  # fmt: skip
            for name, us in (("ours", 181.0), ("copy", 180.0), ("triton", 200.0)):
                rate = timing.bytes / us / 1e6
                made.add({**row, "implementation": name, "us": us, "TB/s": rate})
            check = {
                "section": "correctness", "function": "rms_norm_bf16_64", "rows": 5,
                "n": 64, "output": "y", "special": False, "passed": True,
                "ulps": 0.51, "of_bound": 0.9, "exact": 0.9999, "detail": "",
            }  # fmt: skip
            self.assertTrue(made.add(check))
            self.assertEqual(made.status(), 0)
            made.skip("a sanitizer", "it was not found", counts=False)
            self.assertEqual(made.status(), 0)
            made.skip("more", "no time was left")
            self.assertEqual(made.status(), 4)
            self.assertFalse(made.add({**check, "passed": False, "detail": "a | b"}))
            self.assertEqual(made.status(), 1)
            self.assertEqual(made.summary(), "1 passed, 1 failed, 2 skipped")
            made.write()
            made.lines.close()
            with open(os.path.join(folder, "results.md"), encoding="utf-8") as file:
                page = file.read()
            self.assertIn(
                "| rms_norm | bf16 | 32768 x 4096 | 181.00 | 2.97 | 0.99 | "
                "2.95 TB/s met | 180.00, 2.98 | - | - | 200.00, 2.68 |", page
            )  # fmt: skip
            row = "| rms_norm | bf16 | 1 | 1 of 2 | 0.51 | 0.900 | 99.990 |"
            self.assertIn(row, page)
            self.assertIn("correctness rms_norm_bf16_64 y 5 x 64: a | b", page)
            with open(os.path.join(folder, "results.csv"), encoding="utf-8") as file:
                self.assertEqual(len(file.read().splitlines()), 4)
            with open(os.path.join(folder, "results.jsonl"), encoding="utf-8") as file:
                self.assertEqual(len([json.loads(line) for line in file]), 7)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
