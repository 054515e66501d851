#!/usr/bin/env bash
# Installs what the project builds and tests with, where it is missing: Debian
# 12 packages only. The other scripts run this one; it is quick when nothing is
# missing.
#   tools/scripts/setup.sh [--test] [--bench]
# With --test also what only tests need, and skip where it is not there; with
# --bench what benchmarks need and compare with.
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
bench_packages=(libbenchmark-dev libdnnl-dev)
for option in "$@"; do
  case $option in
    --test) packages+=("${test_packages[@]}") ;;
    --bench) packages+=("${bench_packages[@]}") ;;
    *) echo "setup: unknown option $option" >&2; exit 2 ;;
  esac
done

missing=()
for package in "${packages[@]}"; do
  dpkg-query -W -f='${Status}' "$package" 2>/dev/null |
    grep -q 'install ok installed' || missing+=("$package")
done
if ((${#missing[@]})); then
  echo "setup: installing ${missing[*]}" >&2
  sudo=()
  if (($(id -u) != 0)); then sudo=(sudo); fi
  "${sudo[@]}" apt-get update -qq >&2
  "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends "${missing[@]}" >&2
fi
