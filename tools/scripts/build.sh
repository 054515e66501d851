#!/usr/bin/env bash
# Sets up the machine, configures once, and builds the given targets.
#   tools/scripts/build.sh [TARGET...]
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
"$root/tools/scripts/setup.sh"
# Worktrees and clones of the project share compilations.
export CCACHE_BASEDIR=${CCACHE_BASEDIR:-$root} CCACHE_NOHASHDIR=1
cd "$root"
if [[ ! -f build/build.ninja ]]; then
  cmake --preset default >build-configure.log 2>&1 || {
    cat build-configure.log >&2
    exit 1
  }
  rm -f build-configure.log
fi
ninja -C build "$@" >&2
