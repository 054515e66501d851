#!/usr/bin/env bash
# Installs what the project builds and tests with, where it is missing: Debian
# 12 packages only. The other scripts run this one; it is quick when nothing is
# missing.
#   tools/scripts/setup.sh [--test] [--bench]
# With --test also what only tests need, and skip where it is not there; with
# --bench what benchmarks need, and the peers that they compare with, as far as
# those can be had: libtorch from Debian, ONNX Runtime by npm into build/peers.
set -euo pipefail

packages=(
  cmake ninja-build ccache git
  clang-22 lld-22 clang-format-22 clang-tidy-22
  llvm-22-dev llvm-22-tools libmlir-22-dev mlir-22-tools libomp-22-dev
  libgtest-dev libgmock-dev python3 python3-numpy
)
test_packages=(
  chromium fonts-dejavu-core
  qemu-user gcc-12-aarch64-linux-gnu libc6-dev-arm64-cross
  gcc-12-riscv64-linux-gnu libc6-dev-riscv64-cross
)
bench_packages=(libbenchmark-dev)
peer_packages=(libdnnl-dev libtorch-dev)
bench=0
for option in "$@"; do
  case $option in
    --test) packages+=("${test_packages[@]}") ;;
    --bench) packages+=("${bench_packages[@]}") bench=1 ;;
    *) echo "setup: unknown option $option" >&2; exit 2 ;;
  esac
done

install_missing() { # package...
  local missing=() package
  for package in "$@"; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null |
      grep -q 'install ok installed' || missing+=("$package")
  done
  if ((${#missing[@]} == 0)); then return; fi
  echo "setup: installing ${missing[*]}" >&2
  local sudo=()
  if (($(id -u) != 0)); then sudo=(sudo); fi
  "${sudo[@]}" apt-get update -qq >&2 &&
    "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive \
      apt-get install -y -qq --no-install-recommends "${missing[@]}" >&2
}

install_missing "${packages[@]}"
if ((bench)); then
  for package in "${peer_packages[@]}"; do
    install_missing "$package" || echo "setup: no $package" >&2
  done
  # Its library is in the package; its scripts would fetch more.
  root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
  peers=$root/build/peers
  if [[ ! -d $peers/node_modules/onnxruntime-node ]]; then
    mkdir -p "$peers"
    npm install --ignore-scripts --no-audit --no-fund --loglevel=error \
      --prefix "$peers" onnxruntime-node >&2 ||
      echo "setup: no onnxruntime-node" >&2
  fi
fi
