"""Times of one problem: ours beside copies and peers."""

import math
import statistics

import torch

from normcheck import peers
from normcheck.cases import OPS, Timing
from normcheck.names import find_timing
from normcheck.problem import Problem

# Bytes between two uses of a buffer, in L2 caches.
_CACHES = 4
_MOST_SETS = 64
_MEASURED_US = 2000.0


def count_sets(total, l2, free, is_decode):
    """Sets of buffers in rotation, so that nothing is in L2 when it is used
    again. What is decoded comes from the kernel before: it is in L2."""
    if is_decode:
        return 1
    sets = max(2, math.ceil(_CACHES * l2 / total) + 1)
    # Peers have outputs of their own.
    return max(1, min(sets, _MOST_SETS, int(free / (6 * total))))


class _Copy:
    """As many bytes as the op reads and writes, half of them each."""

    def __init__(self, total, device):
        self.source = torch.zeros(max(total // 2, 1), dtype=torch.uint8, device=device)
        self.target = torch.empty_like(self.source)

    def __call__(self):
        self.target.copy_(self.source)


class Measured:
    """An implementation, as a graph of calls."""

    def __init__(self, name, calls):
        self.name, self.calls = name, calls
        self.graph, self.single, self.note = None, None, ""
        self.count, self.times, self.singles = 0, [], []

    def capture(self, stream):
        for call in self.calls * 2:
            call()
        stream.synchronize()
        pilot = self.plain(stream, max(20, len(self.calls)))
        repeats = math.ceil(_MEASURED_US / max(pilot, 1.0) / len(self.calls))
        repeats = max(1, min(repeats, 2000 // len(self.calls)))
        self.count = repeats * len(self.calls)
        self.events_us = self.plain(stream, self.count)
        try:
            graph = torch.cuda.CUDAGraph()
            with torch.cuda.graph(graph, stream=stream):
                for call in self.calls * repeats:
                    call()
            graph.replay()
            stream.synchronize()
            single = torch.cuda.CUDAGraph()
            with torch.cuda.graph(single, stream=stream):
                self.calls[0]()
            self.graph, self.single = graph, single
        except Exception as error:  # What cannot be captured is timed by events.
            self.note = f"no graph: {str(error).splitlines()[0][:80]}"
            torch.cuda.synchronize()

    @staticmethod
    def between_events(stream, function):
        begin, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
        begin.record(stream)
        function()
        end.record(stream)
        end.synchronize()
        return begin.elapsed_time(end) * 1e3

    def plain(self, stream, count):
        def run():
            for index in range(count):
                self.calls[index % len(self.calls)]()

        return self.between_events(stream, run) / count

    def measure(self, stream):
        if self.graph is None:
            self.times.append(self.plain(stream, self.count))
            return
        self.times.append(self.between_events(stream, self.graph.replay) / self.count)

    def measure_single(self, stream):
        if self.single is None:
            return

        def run():
            for _ in range(50):
                self.single.replay()

        self.singles.append(self.between_events(stream, run) / 50)


class Timer:
    def __init__(self, driver, library, device="cuda"):
        self.driver, self.library, self.device = driver, library, device
        self.stream = torch.cuda.Stream()

    def sets(self, timing):
        free = torch.cuda.mem_get_info()[0]
        count = count_sets(timing.bytes, self.driver.l2_bytes, free, timing.is_decode)
        result = []
        for number in range(count):
            generator = torch.Generator(device=self.device)
            generator.manual_seed(number)
            result.append(
                Problem(timing.function, timing.rows, timing.n, self.device, generator)
            )
        return result

    def ours(self, timing, problems):
        compiled = self.library[timing.function.name]
        stream = self.stream.cuda_stream
        return [p.prepare(compiled, self.driver, stream) for p in problems]

    @staticmethod
    def arguments(problem):
        named = {name: buffer.typed for name, buffer in problem.inputs.items()}
        named.update(problem.scalars)
        return [named[o.name] for o in problem.op.inputs]

    def peer_calls(self, kind, timing, problems):
        if kind == "copy":
            calls = [_Copy(timing.bytes, self.device) for _ in problems]
        elif kind == "triton":
            from normcheck import triton_kernels

            calls = [
                triton_kernels.make(
                    p.op,
                    {name: buffer.typed for name, buffer in p.inputs.items()},
                    {name: buffer.typed for name, buffer in p.outputs.items()},
                    **p.scalars,
                )
                for p in problems
            ]
            if None in calls:
                return None
        else:
            function = peers.EAGER[timing.op]
            if kind == "compile":
                from torch import _dynamo

                _dynamo.reset()
                function = torch.compile(peers.FORMULAS[timing.op], dynamic=False)
            calls = [
                lambda arguments=self.arguments(p): function(*arguments)
                for p in problems
            ]
        return calls

    def time(self, name, kinds, rounds=11):
        """Yields a result for each implementation; `kinds` are the peers."""
        timing = find_timing(name)
        with torch.cuda.stream(self.stream), torch.no_grad():
            problems = self.sets(timing)
            measured = [Measured("ours", self.ours(timing, problems))]
            measured[0].capture(self.stream)
            want = [b.typed for b in problems[0].outputs.values()]
            if timing.op.startswith("rms_norm_fp8"):
                want[0] = want[0].view(torch.float8_e4m3fn)
            for kind in kinds:
                try:
                    calls = self.peer_calls(kind, timing, problems)
                    if calls is None:
                        yield {**self.row(timing, kind), "note": "no kernel"}
                        continue
                    got = calls[0]()
                    torch.cuda.synchronize()
                    entry = Measured(kind, calls)
                    entry.capture(self.stream)
                    if got is not None and not peers.is_close(
                        OPS[timing.op], timing.dtype, want, got
                    ):
                        entry.note = (entry.note + " computes something else").strip()
                    measured.append(entry)
                except Exception as error:  # A peer that fails is only absent.
                    text = f"{type(error).__name__}: {error}".splitlines()[0][:120]
                    yield {**self.row(timing, kind), "note": text}
            for _ in range(rounds):
                for entry in measured:
                    entry.measure(self.stream)
            for entry in measured if timing.is_decode else []:
                for _ in range(rounds):
                    entry.measure_single(self.stream)
            for entry in measured:
                us = statistics.median(entry.times)
                single = statistics.median(entry.singles) if entry.singles else None
                yield {
                    **self.row(timing, entry.name),
                    "us": round(us, 3),
                    "best_us": round(min(entry.times), 3),
                    "events_us": round(entry.events_us, 3),
                    "single_graph_us": single and round(single, 3),
                    "TB/s": round(timing.bytes / us / 1e6, 4),
                    "sets": len(problems),
                    "note": entry.note,
                }
        for entry in measured:
            entry.graph = entry.single = None
        del measured, problems
        torch.cuda.empty_cache()

    @staticmethod
    def row(timing: Timing, kind):
        return {
            "section": "timing",
            "case": timing.name,
            "op": timing.op,
            "dtype": timing.dtype,
            "rows": timing.rows,
            "n": timing.n,
            "bytes": timing.bytes,
            "implementation": kind,
            "aim": timing.aim,
            "aim_unit": timing.unit,
        }
