"""What a raised module is compared with."""
import collections
import dataclasses
import re
import subprocess
import time

from .builder import Norm
from .literals import rounded

# These come and go with other ops.
IGNORED = re.compile(r"\.([cC]onstant|return|yield|unrealized_conversion_cast)\b|bind_symbolic_shape")
OP = re.compile(r'(?:^|= )\s*"([\w.]+)"\(', re.M)
NORM = re.compile(r'"norm\.(\w+)"\(.*')


@dataclasses.dataclass
class Outcome:
    problems: list
    expected: str = ""
    norms: int = 0
    raised: int = 0  # as recorded, and not computed again in part
    excused: int = 0  # raised, though they should stay
    ops: int = 0
    seconds: float = 0.0

    def facts(self):
        text = f"{self.raised} of {self.norms} norms raised"
        if self.excused:
            text += f", {self.excused} that should stay"
        return f"{text}, {self.ops} ops, {self.seconds:.1f} s"


def run(command, path):
    start = time.monotonic()
    done = subprocess.run([*command, str(path)], capture_output=True, text=True)
    return done, time.monotonic() - start


def read_norm(line):
    """The record of an op in generic form."""

    def field(pattern):
        return re.search(pattern, line)

    kind = NORM.search(line).group(1)
    axes = field(r"\baxes = array<i64: ([\d, ]+)>").group(1)
    sizes = field(r"operandSegmentSizes = array<i32: ([\d, ]+)>").group(1)
    sizes = [int(size) for size in sizes.split(",")]
    epsilon = float(field(r"\bepsilon = ([-\d.eE+]+) : f64").group(1))
    left, right = line.rsplit(" : (", 1)[1].split(") -> ")
    types = [re.search(r"[x<](bf16|f\d+)>", side).group(1) for side in (left, right)]
    return Norm(
        kind,
        tuple(int(axis) for axis in axes.split(",")),
        rounded(epsilon, "f32"),
        sizes[1] == 1,
        sizes[2] == 1,
        tuple(types),
    )


def norms_of(text):
    return [match.group(0) for match in NORM.finditer(text)]


def has_statistics(line):
    """No model reads a mean or a standard deviation. Where an op has one for a
    result, something of its norm is computed a second time."""
    return line.rsplit(") -> ", 1)[1].count("tensor<") > 1


def ops(text):
    return collections.Counter(OP.findall(text))


def difference(want, got, what):
    """Of two counters, in words."""
    return [
        f"{what} {key}: {want[key]} expected, {got[key]} found"
        for key in sorted(set(want) | set(got), key=str)
        if want[key] != got[key]
    ]


def recorded(norms):
    """With epsilons as f32 has them, which is all that a spelling may keep."""
    return collections.Counter(
        dataclasses.replace(norm, epsilon=rounded(norm.epsilon, "f32"))
        for norm in norms
    )


def check(path, builder, tool, stock):
    generic = [tool, "--mlir-print-op-generic"]
    before, _ = run(generic, path)
    after, seconds = run([*generic, "--norm-raise"], path)
    for done in (before, after):
        if done.returncode or done.stderr:
            problem = f"exit code {done.returncode}: {done.stderr[:2000]}"
            return Outcome([problem])

    want = recorded(builder.norms)
    got = collections.Counter(map(read_norm, norms_of(after.stdout)))
    recomputed = [line for line in norms_of(after.stdout) if has_statistics(line)]
    excused = (got - want) & recorded(builder.gaps)
    problems = difference(want, got - excused, "norm")

    # No other op is gone: roots are those outside of norms, and ops that no
    # norm has are as many as before.
    first, last = ops(before.stdout), ops(after.stdout)
    roots = sum(builder.outside[name] for name in builder.roots)
    roots += len(builder.gaps) - sum(excused.values())
    left = sum(last[name] for name in builder.roots)
    if roots != left:
        problems.append(f"roots: {roots} expected, {left} left")
    norms = {name for name in first | last if name.startswith("norm.")}
    same = set(first | last) - set(builder.inside) - norms
    same = {name for name in same if not IGNORED.search(name)}
    problems += difference(
        {name: first[name] for name in same}, {name: last[name] for name in same}, "op"
    )
    if recomputed:
        problems.append(f"{len(recomputed)} norms are computed in part again")
    if stock:
        raised = path.with_suffix(".raised.mlir")
        raised.write_text(after.stdout)
        read, _ = run([stock, "--allow-unregistered-dialect", "-o", "/dev/null"], raised)
        if read.returncode:
            problems.append(f"not read by {stock}: {read.stderr[:2000]}")
    kinds = collections.Counter(norm.kind for norm in builder.norms)
    return Outcome(
        problems,
        " + ".join(f"{kinds[kind]} {kind}" for kind in sorted(kinds)),
        sum(want.values()),
        sum(((got - excused) & want).values()) - len(recomputed),
        sum(excused.values()),
        sum(first.values()),
        seconds,
    )
