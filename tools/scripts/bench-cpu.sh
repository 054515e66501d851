#!/usr/bin/env bash
# Times norms on this CPU with one thread, beside copies, plain loops and the
# peers that are installed, and prints the tables of docs/benchmarks/cpu.md.
#   tools/scripts/bench-cpu.sh [OUT.csv] [FILTER] [Google Benchmark's options]
# The plot is OUT.svg; where there is a page OUT.md, the tables go into it: with
# docs/benchmarks/cpu.csv the documentation is made anew.
# Peers are those that setup.sh --bench could install.
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
# Under a folder of the version of Node's interface, which changes.
if [[ -z ${BENCH_ONNXRUNTIME:-} ]]; then
  node=build/peers/node_modules/onnxruntime-node/bin
  case $(uname -m) in x86_64) machine=x64 ;; *) machine=arm64 ;; esac
  for library in "$node"/napi-*/linux/"$machine"/libonnxruntime.so.1; do
    if [[ -e $library ]]; then export BENCH_ONNXRUNTIME=$library; fi
  done
fi
build/bin/bench-cpu "$out" "$filter" \
  --benchmark_enable_random_interleaving=true "${options[@]}" >&2
pages=()
if [[ -e ${out%.csv}.md ]]; then pages=("${out%.csv}.md"); fi
/usr/bin/python3 tools/scripts/bench-cpu.py "$out" "${out%.csv}.svg" "${pages[@]}"
