#!/usr/bin/env python3
"""The facts of norm-report are the remarks of norm-raise, in the schema.

usage: check_facts.py RMSNORM_OPT POLICY PATH...

Runs both on every .mlir file below each PATH, compares them, checks the fields
of the JSON and their types as docs/Report.md gives them, and that the module
that comes out of norm-report is the one that went in.
"""
import collections
import json
import os
import pathlib
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[5] / "Inputs"))
from batches import MARKER, batches, join, split

null = type(None)
LOCATION = {"text": str, "file?": str, "line?": int, "column?": int}
BYTES = {"bytes": int, "exact": bool, "expression": str}
VALUE = {"name": (str, null), "type": str, "dims?": [int]}
TOTALS = {
    "raised": int,
    "missed": int,
    "raisedByOp": {"*": int},
    "missedByGuard": {"*": int},
    "traffic": {"before": int, "after": int, "saved": int, "inexactNorms": int},
}
RAISED = {
    "op": str,
    "location": LOCATION,
    "summary": str,
    "spelling": str,
    "attributes": {
        "axes": [int],
        "epsilon": (int, float),
        "epsilonMode": str,
        "scaleOffset": (int, float),
        "statisticsType": (str, null),
        "normalizedType": (str, null),
        "scaledType": (str, null),
        "statisticsExtent": (int, null),
    },
    "operands": {"*": VALUE},
    "results": {"*": VALUE},
    "before": str,
    "after": str,
    "opsBefore": int,
    "opsAfter": int,
    "traffic": {"before": BYTES, "after": BYTES, "saved": BYTES},
}
MISSED = {
    "location": LOCATION,
    "guard": str,
    "reason": str,
    "root": str,
    "before": str,
}
FUNCTION = {
    "name": (str, null),
    "location": LOCATION,
    "totals": TOTALS,
    "raised": [RAISED],
    "missed": [MISSED],
}
REPORT = {
    "version": int,
    "module": (str, null),
    "location": LOCATION,
    "policy": str,
    "totals": TOTALS,
    "functions": [FUNCTION],
}


def check(value, schema, where="report"):
    """Every field is there, and nothing else; a list and "*" are of one kind."""
    if isinstance(schema, list):
        assert isinstance(value, list), where
        for index, item in enumerate(value):
            check(item, schema[0], f"{where}[{index}]")
    elif isinstance(schema, dict):
        assert isinstance(value, dict), where
        if "*" in schema:
            for key, item in value.items():
                check(item, schema["*"], f"{where}.{key}")
            return
        names = {key.rstrip("?") for key in schema}
        assert not set(value) - names, f"{where}: unknown {set(value) - names}"
        for key, inner in schema.items():
            name = key.rstrip("?")
            if name in value:
                check(value[name], inner, f"{where}.{name}")
            else:
                assert key.endswith("?"), f"{where}: no {name}"
    else:
        assert isinstance(value, schema), f"{where}: {value!r}"


def check_sums(report):
    totals = collections.Counter()
    for function in report["functions"]:
        own = function["totals"]
        assert own["raised"] == len(function["raised"])
        assert own["missed"] == len(function["missed"])
        assert own["raised"] == sum(own["raisedByOp"].values())
        assert own["missed"] == sum(own["missedByGuard"].values())
        traffic = [norm["traffic"] for norm in function["raised"]]
        for when in ("before", "after", "saved"):
            assert own["traffic"][when] == sum(t[when]["bytes"] for t in traffic)
            totals[when] += own["traffic"][when]
        totals["raised"] += own["raised"]
        totals["missed"] += own["missed"]
        for norm in function["raised"]:
            # What is raised is there before, and after, and costs something.
            assert norm["before"] and norm["opsBefore"], norm["summary"]
            assert norm["op"] in norm["after"], norm["after"]
            assert norm["traffic"]["after"]["bytes"] > 0 or "x0x" in norm["after"]
    for name in ("raised", "missed"):
        assert report["totals"][name] == totals[name]
    for name in ("before", "after", "saved"):
        assert report["totals"]["traffic"][name] == totals[name]


def facts_of_remarks(text):
    pattern = re.compile(
        r"^(?:<unknown>:0: remark: loc\((.+?)\)|(.+?): remark): "
        r"\[(Passed|Missed)\] (\S+) \| Category:norm-raise"
        r"(?: \| Function=(\S+))? \| \w+=\"(.*)\"$",
        re.MULTILINE,
    )
    facts = [
        (named or where, kind, name, function or None, reason)
        for named, where, kind, name, function, reason in pattern.findall(text)
    ]
    assert len(facts) == text.count(" | Category:norm-raise"), text
    return facts


def facts_of_report(report):
    facts = []
    for function in report["functions"]:
        entries = [(norm, "Passed", "raised", norm["summary"]) for norm in function["raised"]]
        entries += [(miss, "Missed", miss["guard"], miss["reason"]) for miss in function["missed"]]
        for entry, kind, name, text in entries:
            at = entry["location"]
            where = f"{at['file']}:{at['line']}:{at['column']}" if "file" in at else at["text"]
            where = where.replace("unknown", "<unknown>:0")
            facts.append((where, kind, name, function["name"], text))
    return facts


def compare(tool, policy, paths):
    """The number of files of `paths` that hold one module, and of facts."""

    def run(text, *options):
        command = [tool, "--allow-unregistered-dialect", "--split-input-file", *options]
        done = subprocess.run(command, input=text, capture_output=True, text=True)
        return done.returncode, done.stdout, done.stderr

    texts = [text for path in paths if MARKER not in (text := path.read_text())]
    _, output, _ = run(join(texts))
    texts = [text for text, read in zip(texts, split(output)) if read]
    code, before, _ = run(join(texts))
    assert code == 0
    code, _, remarks = run(
        join(texts),
        f"--pass-pipeline=builtin.module(norm-raise{{policy={policy}}})",
        "--remarks-filter=norm-raise",
        "--remark-format=emitRemark",
    )
    assert code == 0, remarks
    code, output, errors = run(
        join(texts), f"--pass-pipeline=builtin.module(norm-report{{policy={policy}}})"
    )
    assert code == 0 and not errors, errors
    got = []
    for own, module in zip(split(output), split(before), strict=True):
        report, end = json.JSONDecoder().raw_decode(own)
        assert own[end:].strip("\n") == module.strip("\n"), "the module changed"
        check(report, REPORT)
        check_sums(report)
        assert report["version"] == 1 and report["policy"] == policy
        got += facts_of_report(report)
    want, got = collections.Counter(facts_of_remarks(remarks)), collections.Counter(got)
    assert want == got, f"remarks have {want - got}, the report has {got - want}"
    return len(texts), sum(got.values())


def main():
    tool, policy, *roots = sys.argv[1:]
    paths = sorted(
        path
        for root in map(pathlib.Path, roots)
        for path in ([root] if root.is_file() else root.rglob("*.mlir"))
    )
    failures = facts = files = 0

    def job(batch):
        try:
            return [compare(tool, policy, batch)]
        except AssertionError:
            pass
        results = []
        for path in batch:
            try:
                results.append(compare(tool, policy, [path]))
            except AssertionError as error:
                results.append(f"{path}: {error}")
        return results

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for result in (result for results in pool.map(job, batches(paths)) for result in results):
            if isinstance(result, str):
                failures += 1
                print(result)
            else:
                files += result[0]
                facts += result[1]
    print(f"{files} files, {facts} facts, {failures} failures")
    return int(failures > 0)


if __name__ == "__main__":
    sys.exit(main())
