"""Runs norm-raise on batches and compares with the records."""

import math
import re
import subprocess

import numpy as np

from . import ir
from .generate import difference
from .interpret import Unsupported
from .interpreters import interpreter_for

MODES = ["inside", "outside", "clamp_var", "clamp_norm"]
NORMS = ("norm.rms_norm", "norm.layer_norm")


class Failure:
    def __init__(self, case, kind, detail, text):
        self.case, self.kind, self.detail, self.text = case, kind, detail, text
        self.reason = ""

    def guard(self):
        """The name of the last refusal, or of the check that failed."""
        missed = re.findall(r"\[Missed\] ([\w-]+)", self.reason)
        forward = [m for m in missed if not m.startswith("backward")]
        return (forward or missed or ["none"])[0]


def run_raise(tool, text, passes):
    """Status, the module, and the remarks of each function."""
    pipeline = f"builtin.module({','.join([*passes, 'norm-raise{verify=true}'])})"
    done = subprocess.run(
        [tool, "--allow-unregistered-dialect", f"--pass-pipeline={pipeline}",
         "--mlir-print-op-generic", "--remarks-filter=norm-raise",
         "--remark-format=emitRemark"],
        input=text, capture_output=True, text=True)
    remarks = {}
    for line in done.stderr.splitlines():
        found = re.search(r"remark: (.*?) \|.*Function=(\w+) \| (.*)", line)
        if found:
            remarks.setdefault(found[2], []).append(f"{found[1]} {found[3]}")
    return done.returncode, done.stdout, remarks, done.stderr


def check_batch(tool, cases, texts, passes, counts=None):
    """Failures of one module; norms that the tool itself verified, and the rows
    that it compared, are added to `counts`."""
    status, out, remarks, err = run_raise(tool, "\n".join(texts), passes)
    if status:
        if len(cases) == 1:
            kind = "refuted" if "computes something else" in err else "crash"
            return [Failure(cases[0], kind, err[:2000], texts[0])]
        return [f for case, text in zip(cases, texts)
                for f in check_batch(tool, [case], [text], passes, counts)]
    functions = ir.Functions(out)
    aliases = functions.aliases
    failures = []
    for case, text in zip(cases, texts):
        if case.mutation and '"norm.' not in functions.texts[case.name]:
            continue
        found = check_case(case, functions[case.name], aliases, functions) \
            or (not case.mutation
                and check_verified(remarks.get(case.name, []), counts))
        if found:
            failure = Failure(case, found[0], found[1], text)
            failure.reason = "\n".join(remarks.get(case.name, []))
            failures.append(failure)
    return failures


def check_verified(remarks, counts):
    """None if every norm that was raised was verified."""
    raised = [r for r in remarks if r.startswith("[Passed] raised")]
    verified = [r for r in remarks if r.startswith("[Analysis] verified")]
    if counts is not None:
        counts["verified"] += len(verified)
        counts["rows"] += sum(int(re.search(r"(\d+) rows agree", r)[1]) for r in verified)
    if len(raised) == len(verified):
        return None
    return "not-verified", "; ".join(r for r in remarks if "not-verified" in r)


def check_case(case, function, aliases, functions):
    """None, or what is wrong: a kind and a detail."""
    norms = [op for op in ir.walk(function) if op.name in NORMS]
    backward = [op for op in ir.walk(function) if op.name.endswith("norm_backward")]
    record = case.record()
    if case.mutation:
        if not norms and not backward:
            return None
        verdict = compare_values(case, function, aliases, functions)
        what = "; ".join(f"{op.name} {op.attributes}" for op in norms + backward)
        if verdict and verdict.startswith("differs"):
            return "false-fusion", f"{verdict}: {what}"
        if record["allowed"] == "none":
            return "near-miss-raised", f"{verdict or 'computes the same'}: {what}"
        return None
    if record["op"].endswith("backward"):
        return check_backward(case, backward, record, function, aliases, functions)
    if not norms:
        return "missed", "no norm op"
    if len(norms) > 1:
        return "several", "; ".join(op.name for op in norms)
    op = norms[0]
    wrong = check_attributes(op, record, case, function)
    verdict = compare_values(case, function, aliases, functions)
    if verdict and verdict.startswith("differs"):
        return "wrong-value", f"{verdict}; {wrong or ''} {op.attributes}"
    if wrong:
        return wrong[0], f"{wrong[1]}: {op.attributes}"
    if verdict:
        return "unknown-op", verdict
    return None


def check_backward(case, found, record, function, aliases, functions):
    if len(found) != 1:
        return "missed-backward", f"{len(found)} backward ops"
    op = found[0]
    verdict = compare_values(case, function, aliases, functions)
    if verdict and verdict.startswith("differs"):
        return "wrong-value", f"{verdict}: {op.attributes}"
    if op.name != "norm." + record["op"]:
        return "wrong-op", f"want {record['op']}"
    have = [trace(function, o) for o in op.operands]
    want = [record["roles"][r] for r in ("dy", "x", "mean", "rstd", "scale")
            if r in record["roles"]]
    known = [(h, w) for h, w in zip(have, want) if h is not None]
    if len(have) < len(want) and have[0] is None:
        # The product of dy and the scale stays outside: right, but less.
        return "backward-not-grown", f"{have}, want {want}"
    one_row = all(case.plan.extents[d] == 1 for d in case.plan.grid)
    if one_row and record["offset"] == 0.0 and "scale" in record["roles"]:
        # In a single row nothing tells dy from the scale.
        known = [(h, w) for h, w in known if {h, w} != {want[0], want[-1]}]
    if len(have) != len(want) or any(h != w for h, w in known):
        return "wrong-roles", f"{have}, want {want}"
    axes = ir.integers(op.attribute("axes"))
    if axes != sorted(record["axes"]):
        return "wrong-axes", f"{axes}, want {record['axes']}"
    if float(op.attribute("scale_offset", "0.0").split()[0]) != record["offset"] \
            and None not in have:
        return "wrong-offset", str(op.attributes)
    # In a single row dy is the gradient of the bias, without any op.
    optional = int(one_row and "dbias" in record["results"])
    if not len(record["results"]) - optional <= len(op.results) <= len(record["results"]):
        return "backward-not-grown", f"{len(op.results)} results, want {record['results']}"
    return ("unknown-op", verdict) if verdict else None


def compare_values(case, function, aliases, functions):
    """None where the function computes what the case does."""
    with np.errstate(all="ignore"):
        try:
            machine = interpreter_for(function)(aliases, functions)
            got = machine.run(function, case.inputs())
        except Unsupported as reason:
            return f"cannot be computed: {reason}"
        pairs = zip(got, case.results(), case.slack())
        for index, (a, b, slack) in enumerate(pairs):
            if not np.isfinite(b).all():
                continue
            error = difference(np.asarray(a), np.asarray(b))
            tolerance = 1e-10 if case.mutation == "X3:ulps" else 1e-6
            if not error < tolerance + 2 * slack:
                return f"differs by {error:.3g} in result {index}"
    return None


def trace(function, name):
    """The argument that a value is, but for casts; or None."""
    block = function.regions[0]
    made = {r: op for op in block.ops for r in op.results}
    arguments = [a for a, _ in block.arguments]
    while name not in arguments:
        op = made.get(name)
        if op is None or op.name not in ("arith.extf", "arith.truncf",
                                         "builtin.unrealized_conversion_cast"):
            return None
        name = op.operands[0]
    return arguments.index(name)


def reaches(function, name):
    """The arguments that a value is computed from."""
    block = function.regions[0]
    made = {r: op for op in block.ops for r in op.results}
    arguments = [a for a, _ in block.arguments]
    seen, work = set(), [name]
    while work:
        name = work.pop()
        if name in seen:
            continue
        seen.add(name)
        if name in made:
            work += made[name].operands
            work += [o for inner in ir.walk(made[name]) for o in inner.operands]
    return {arguments.index(n) for n in seen if n in arguments}


def check_attributes(op, record, case, function):
    """The first attribute that is not as recorded."""
    if op.name != "norm." + record["op"]:
        # What was centred outside is a mean square: right, but less.
        return "weaker-op", f"want {record['op']}"
    mode = MODES[int(op.attribute("epsilon_mode", "0").split()[0])]
    if mode != record["mode"]:
        return "wrong-mode", f"{mode}, want {record['mode']}"
    epsilon = float(op.attribute("epsilon").split()[0])
    if not any(math.isclose(epsilon, e, rel_tol=4e-16, abs_tol=0.0)
               for e in record["epsilon"]):
        return "wrong-epsilon", f"{epsilon!r}, want {record['epsilon']}"
    extent = op.attribute("statistics_extent", "None").split()[0]
    if extent != str(record["statistics_extent"]):
        return "wrong-extent", f"{extent}, want {record['statistics_extent']}"
    x = trace(function, op.operands[0])
    axes = ir.integers(op.attribute("axes"))
    if x is not None and case.plan.view != "grouped" and axes != sorted(record["axes"]):
        return "wrong-axes", f"{axes}, want {record['axes']}"
    sizes = ir.integers(op.attribute("operandSegmentSizes"))
    names = list(op.operands[1:])
    for what, size in (("scale", sizes[1]), ("bias", sizes[2])):
        want = {i for _, indices in record[what] for i in indices}
        have = reaches(function, names.pop(0)) if size else set()
        if want - have:
            return "not-grown", f"{what} of arguments {sorted(have)}, want {sorted(want)}"
    if not case.plan.dynamic:
        extra = [o for o in function.regions[0].ops if leftover(o)]
        if case.plan.before == "nothing" and not record["statistics"] and extra and \
                case.plan.view == "plain" and x is None:
            return "x-not-argument", extra[0].name
    want = record["normalized_type"]
    have = op.attribute("normalized_type")
    element = ir.tensor_type(ir.result_types(op)[0])[1]
    if want and sizes[1] and (have or "f32") != want and case.plan.compute == "f32" \
            and not (element == want and not sizes[1]):
        return "wrong-rounding", f"normalized_type {have}, want {want}"
    return None


def leftover(op):
    """Arithmetic that a norm should have taken in."""
    return bool(re.match(r"(arith\.(extf|truncf|mulf|divf)|math\.|linalg\.generic)", op.name))


def parse_batch(tool, cases, texts):
    """Functions that do not parse, or do not compute what their cases do: the
    printers are wrong then."""
    done = subprocess.run(
        [tool, "--allow-unregistered-dialect", "--mlir-print-op-generic"],
        input="\n".join(texts), capture_output=True, text=True)
    if done.returncode:
        if len(cases) == 1:
            return [Failure(cases[0], "does-not-parse", done.stderr[:2000], texts[0])]
        half = len(cases) // 2
        return (parse_batch(tool, cases[:half], texts[:half])
                + parse_batch(tool, cases[half:], texts[half:]))
    functions = ir.Functions(done.stdout)
    aliases = functions.aliases
    failures = []
    for case, text in zip(cases, texts):
        try:
            wrong = compare_values(case, functions[case.name], aliases, functions)
        except (AssertionError, ValueError, KeyError, AttributeError, IndexError) as error:
            wrong = f"{type(error).__name__}: {error}"
        if wrong:
            failures.append(Failure(case, "printed-wrongly", wrong, text))
    return failures
