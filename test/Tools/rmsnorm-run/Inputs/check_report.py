"""Checks the JSON report of json.mlir."""
import json
import sys

report = json.load(sys.stdin)
assert report["entry"] == "norm" and report["seed"] == 7, report
assert report["inputs"] == ["8x64xf32"], report
assert report["passed"] is True and report["remarks"] == [], report
(result,) = report["results"]
assert result["type"] == "8x64xf32" and result["elements"] == 512, result
assert 0 <= result["max_error"] <= result["bound"] < 1e-4, result
assert result["guaranteed_bound"] < 1e-3, result
assert len(result["index"]) == 2 and result["outside"] == 0, result
assert abs(result["actual"] - result["reference"]) <= result["bound"], result
timing = report["benchmark"]
assert timing["bytes"] == 4096 and timing["repetitions"] >= 3, timing
assert timing["before_s"] > 0 and timing["after_s"] > 0, timing
assert timing["copy_s"] > 0, timing
