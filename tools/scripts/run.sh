#!/usr/bin/env bash
# Recognises the norms of a model, compiles it, runs it on random inputs,
# compares it with the float64 reference and times it.
#   tools/scripts/run.sh [FILE.mlir [options of rmsnorm-run...]]
# Sets up the machine and builds what is needed first, and only then.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
file=${1:-$root/test/Examples/llama_block_f32.mlir}
shift $(($# > 0))
if [[ ! -r $file ]]; then
  echo "error: cannot read '$file'" >&2
  exit 1
fi
"$root/tools/scripts/build.sh" rmsnorm-run
exec "$root/build/bin/rmsnorm-run" "$file" --compare --benchmark "$@"
