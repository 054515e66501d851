#!/usr/bin/env bash
# Checks the format of every C++ file; --fix rewrites them.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
mode=(--dry-run --Werror)
if [[ ${1:-} == --fix ]]; then mode=(-i); fi
git ls-files '*.h' '*.cpp' '*.c' | xargs -r clang-format-22 "${mode[@]}"
