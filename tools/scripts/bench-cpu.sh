#!/usr/bin/env bash
# Times norms on this CPU with one thread, beside copies, plain loops and the
# peers that are installed, and prints the table of docs/benchmarks/cpu.md.
#   tools/scripts/bench-cpu.sh [OUT.csv] [FILTER] [Google Benchmark's options]
# Debian's libdnnl-dev is a peer: install it with setup.sh --bench.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cd "$root"
tools/scripts/setup.sh --bench
# Peers may have come since.
if [[ -f build/build.ninja ]]; then cmake build >/dev/null; fi
tools/scripts/build.sh bench-cpu
out=${1:-build/bench-cpu.csv}
filter=${2:-}
if (($# > 2)); then options=("${@:3}"); else
  options=(--benchmark_repetitions=5 --benchmark_min_time=0.05)
fi
OMP_NUM_THREADS=1 build/bin/bench-cpu "$out" "$filter" \
  --benchmark_enable_random_interleaving=true "${options[@]}" >&2
/usr/bin/python3 tools/scripts/bench-cpu.py "$out"
