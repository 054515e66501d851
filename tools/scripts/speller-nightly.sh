#!/usr/bin/env bash
# Many spellings and near-misses: the speller at its nightly size.
#   tools/scripts/speller-nightly.sh [COUNT [SEED]]
# COUNT functions in all (200,000), half of them near-misses; the seed changes
# with the day unless it is given. Arguments that reproduce a failure are
# printed with it.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cd "$root"
tools/scripts/build.sh rmsnorm-opt rmsnorm-run
count=${1:-200000}
seed=${2:-$(date +%Y%m%d)}
export PYTHONDONTWRITEBYTECODE=1
speller=(/usr/bin/python3 test/Speller/Inputs/speller_main.py
  --tool build/bin/rmsnorm-opt --runner build/bin/rmsnorm-run --seed "$seed")
enabled=$("${speller[@]}" --list-enabled | wc -w)
each=$((count / 2 / enabled))
echo "seed $seed"
status=0
"${speller[@]}" --positives "$each" --near-misses "$each" \
  --execute $((each / 100)) || status=$?
"${speller[@]}" --parse --positives $((each / 20)) --near-misses $((each / 20)) \
  --dialects "$("${speller[@]}" --list-dialects)" || status=$?
exit "$status"
