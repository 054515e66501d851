#!/usr/bin/env bash
# Prepares the folder that checks and times our kernels on a machine with a GPU:
# fatbins, their manifests, and a driver in Python. There,
#   python3 run.py
# in it does everything. CUDA's ptxas and fatbinary are needed here, a GPU is not.
#   tools/scripts/gpu-check.sh [--out DIR] [--dry-run] [options]
#     --out DIR      instead of build/gpu-check
#     --dry-run      runs the driver, too, up to where it asks for a device
#     --chips LIST   instead of sm_80,sm_90
#     --ops LIST     only these ops
#     --quick        two lengths of rows, in bf16
#     --fresh COUNT  lengths of rows drawn by chance, with --seed N; 3
#     --jobs COUNT   compilations at a time
# RMSNORM_TRANSLATE is a rmsnorm-translate that is built already.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
out=$root/build/gpu-check
dry=0
options=()
while (($#)); do
  case $1 in
    --out) out=${2:?--out needs a folder} && shift ;;
    --out=*) out=${1#--out=} ;;
    --dry-run) dry=1 ;;
    -h | --help) sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}"; exit ;;
    *) options+=("$1") ;;
  esac
  shift
done
toolkit=${CUDA_HOME:-/usr/local/cuda}
for program in ptxas fatbinary; do
  if ! command -v "$program" >/dev/null && [[ ! -x $toolkit/bin/$program ]]; then
    echo "gpu-check: no $program in PATH or $toolkit/bin: CUDA is needed" >&2
    exit 2
  fi
done
translate=${RMSNORM_TRANSLATE:-}
if [[ -z $translate ]]; then
  "$root/tools/scripts/build.sh" rmsnorm-translate
  translate=$root/build/bin/rmsnorm-translate
fi
/usr/bin/python3 "$root/tools/scripts/gpu_check/prepare.py" "$translate" "$out" \
  ${options[@]+"${options[@]}"}
if ((dry)); then
  /usr/bin/python3 "$out/run.py" --dry-run
fi
