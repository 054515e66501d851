#!/usr/bin/env bash
# Removes each guard of the code in turn, in a scratch copy (build-guards), and
# checks that the test named after it fails. Takes a few minutes: by hand or
# nightly, not for every change.
#   tools/scripts/check-guards.sh [GUARD...]
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
"$root/tools/scripts/setup.sh"
export CCACHE_BASEDIR=${CCACHE_BASEDIR:-$root} CCACHE_NOHASHDIR=1
exec /usr/bin/python3 "$root/tools/scripts/check-guards.py" "$@"
