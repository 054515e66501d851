#!/usr/bin/env bash
# Every test: sets up the machine, builds, and runs the lit suite (with the
# GoogleTest cases), the format check and the static analysis. Ends with a line
# "N passed, N failed", and fails when something failed.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cd "$root"
tools/scripts/setup.sh --test ||
  echo "setup: not all test packages are there; their tests are skipped" >&2
tools/scripts/build.sh
ninja -C build RMSNormUnitTests >&2

passed=0 failed=0 skipped=0
report() { # name status
  if [[ $2 == 0 ]]; then
    passed=$((passed + 1))
    echo "PASS: $1"
  else
    failed=$((failed + 1))
    echo "FAIL: $1"
  fi
}

status=0
lit-22 -sv --xunit-xml-output=build/lit.xml build/test build/test/Unit || status=$?
read -r lit_passed lit_failed lit_skipped < <(
  /usr/bin/python3 - build/lit.xml <<'PY'
import sys
import xml.etree.ElementTree as tree

tests = failures = skipped = 0
for suite in tree.parse(sys.argv[1]).getroot().iter("testsuite"):
    tests += int(suite.get("tests", 0))
    failures += int(suite.get("failures", 0)) + int(suite.get("errors", 0))
    skipped += int(suite.get("skipped", 0))
print(tests - failures - skipped, failures, skipped)
PY
)
passed=$((passed + lit_passed)) failed=$((failed + lit_failed))
skipped=$((skipped + lit_skipped))
# lit may fail without a failing test: nothing discovered, for one.
if ((status != 0 && lit_failed == 0)); then report "lit" "$status"; fi

for check in format tidy; do
  status=0
  "tools/scripts/$check.sh" || status=$?
  report "$check" "$status"
done

line="$passed passed, $failed failed"
if ((skipped)); then line+=", $skipped skipped"; fi
echo "$line"
((failed == 0 && passed > 0))
