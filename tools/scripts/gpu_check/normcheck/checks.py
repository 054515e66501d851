"""Correctness and determinism of one function."""

import torch

from normcheck.arrays import Torch
from normcheck.budget import FROM_CUPY
from normcheck.cases import ANY_LENGTHS
from normcheck.judge import check_quality, judge
from normcheck.names import find
from normcheck.problem import Problem
from normcheck.reference import expected

# Arrays of f64 that the reference has at a time.
_LIVE_ARRAYS = 40
_MOST_ELEMENTS = 32 << 20
_USUAL_ELEMENTS = 1 << 20
_REPEATS = 20
_SPECIAL_ROWS = 19


def row_counts(n, most, quick=False):
    """Fewer rows than a block has, many, and more than the grid has places."""
    usual = max(1, min(_USUAL_ELEMENTS // n, 4099))
    counts = {3, usual} if quick else {1, 5, 34, usual, min(most // n, 150001)}
    return sorted(count for count in counts if 0 < count * n <= max(most, n))


class Checker:
    def __init__(self, driver, library, device="cuda", seed=0, memory=None):
        self.driver, self.device, self.seed = driver, device, seed
        self.library = library
        if memory is None:
            memory = torch.cuda.mem_get_info()[0]
        self.most = min(_MOST_ELEMENTS, memory // (8 * _LIVE_ARRAYS))
        self.arrays = Torch()

    def stream(self):
        if self.device == "cpu":
            return None
        return torch.cuda.current_stream().cuda_stream

    def synchronize(self):
        if self.device != "cpu":
            torch.cuda.synchronize()

    def problem(self, function, rows, n, salt=0, **flags):
        generator = torch.Generator(device=self.device)
        generator.manual_seed(hash((self.seed, rows, n, salt)) % 2**62)
        return Problem(function, rows, n, self.device, generator, **flags)

    def run(self, problem):
        compiled = self.library[problem.function.name]
        launch = problem.prepare(compiled, self.driver, self.stream())
        problem.remember_inputs()
        problem.poison()
        launch()
        self.synchronize()
        return launch

    def check(self, function, rows, n, special=False):
        """Yields a result for each output."""
        problem = self.problem(function, rows, n, special=special)
        self.run(problem)
        yield from self.compare(problem, special)

    def compare(self, problem, special=False):
        function = problem.function
        xp, results = self.arrays, problem.results()
        want = expected(function, xp, problem.values(), results)
        damage = problem.find_damage()
        for operand in problem.op.outputs:
            verdict = judge(
                function, xp, operand, results[operand.name], want[operand.name]
            )
            wrong = verdict.wrong or damage
            if not wrong and not special:
                count = results[operand.name].numel()
                wrong = check_quality(
                    problem.op, operand, function.dtype, verdict, count
                )
            yield {
                "section": "correctness",
                "function": function.name,
                "rows": problem.rows,
                "n": problem.n,
                "output": operand.name,
                "special": special,
                "passed": not wrong,
                "detail": wrong,
                "ulps": round(verdict.ulps, 3),
                "of_bound": round(verdict.ratio, 4),
                "exact": round(verdict.exact, 6),
            }

    def correctness(self, name, quick=False):
        if name.startswith(FROM_CUPY):
            from normcheck.from_cupy import run

            problem = run(self, find(name.removeprefix(FROM_CUPY)))
            yield from self.compare(problem)
            return
        function = find(name)
        lengths = [function.n] if function.n else list(ANY_LENGTHS)
        for n in lengths:
            counts = row_counts(n, self.most, quick)
            if not function.n and not quick:
                counts = [count for count in counts if count in (1, 34)] + counts[-1:]
            for rows in dict.fromkeys(counts):
                yield from self.check(function, rows, n)
            if n >= 64 and _SPECIAL_ROWS * n <= self.most:
                yield from self.check(function, _SPECIAL_ROWS, n, special=True)

    def determinism(self, name, quick=False):
        """The same bits again, and at other places among other rows."""
        function = find(name)
        for n in [function.n] if function.n else [1001, 4096]:
            rows = max(2, min(777, self.most // 4 // n))
            problem = self.problem(function, rows, n)
            launch = self.run(problem)
            first, wrong = problem.bits(), ""
            for _ in range(5 if quick else _REPEATS):
                problem.poison()
                launch()
                self.synchronize()
                for output, bits in problem.bits().items():
                    if not torch.equal(bits, first[output]):
                        wrong = f"{output} has other bits when run again"
            wrong = wrong or self.compare_places(function, problem, first)
            yield {
                "section": "determinism",
                "function": function.name,
                "rows": rows,
                "n": n,
                "passed": not wrong,
                "detail": wrong,
            }

    def compare_places(self, function, problem, first):
        rows, n = problem.rows, problem.n
        # Rows alone, some of them, and all of them behind others.
        for begin, count, before, after in (
            (rows - 1, 1, 0, 0),
            (0, (rows + 1) // 2, 0, 3),
            (0, rows, 5, rows // 2),
        ):
            total = before + count + after
            other = self.problem(function, total, n, salt=1)
            for operand in problem.op.inputs:
                if operand.kind == "scalar":
                    continue
                source = problem.inputs[operand.name].typed
                target = other.inputs[operand.name].typed
                if operand.kind == "column":
                    target.copy_(source)
                else:
                    target[before : before + count] = source[begin : begin + count]
            self.run(other)
            for operand in problem.op.outputs:
                if operand.kind == "column":
                    continue
                bits = first[operand.name].reshape(rows, -1)
                got = other.outputs[operand.name].bytes.reshape(total, -1)
                if not torch.equal(
                    bits[begin : begin + count], got[before : before + count]
                ):
                    return (
                        f"{operand.name} of {count} rows from row {begin} has other "
                        f"bits as rows {before}.. of {total}"
                    )
        return ""
