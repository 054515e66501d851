#!/usr/bin/env bash
# Runs clang-tidy-22 over every file of the compilation database. A file whose
# content, headers and checks have not changed since it was last clean is
# skipped: its preprocessed text is the key.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cd "$root"
exec /usr/bin/python3 tools/scripts/tidy.py build "$@"
