#!/usr/bin/env bash
# The pages with another PyTorch and Python, by their assertions (stored outputs are not compared):
#   .github/scripts/versions.sh TORCH PYTHON [page ...]      such as 2.8.0 3.11, or nightly 3.13; without pages, all of them
#   ENVIRONMENTS=folder   keeps the environment there and uses it again; otherwise it is removed at the end
#   RECORD=file.csv       writes there what ran: torch,python,page,passed,failed,date
# PyTorch comes from where pip finds it. PIP_EXTRA_INDEX_URL can name an index of CPU builds, which are much smaller.
set -u
torch=${1:?TORCH PYTHON [page ...]} python=${2:?TORCH PYTHON [page ...]}; shift 2
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
[ $# -gt 0 ] || set -- $(find nbs -name '*.ipynb' -not -path '*/.*' | sort)
TMP=$(mktemp -d) || exit 1; trap 'rm -rf "$TMP"' EXIT
env=${ENVIRONMENTS:-$TMP}/torch-$torch-python-$python
export PYTHONPATH="$PWD" PYTHONNOUSERSITE=1 PYTHONDONTWRITEBYTECODE=1 OMP_NUM_THREADS="${OMP_NUM_THREADS:-1}"
export JUPYTER_PLATFORM_DIRS=1 IPYTHONDIR="$TMP/ipython" MPLCONFIGDIR="$TMP/matplotlib"

release() { [ "$torch" = nightly ] && echo 'torch>=2.8.dev0' || echo "torch==$torch"; } # .dev: releases before the release count
[ -e "$env/ready" ] ||
  { "python$python" -m venv "$env" && "$env/bin/pip" install --quiet "$(release)" -e '.[tools]' && touch "$env/ready"; } ||
  { echo "$torch $python: no environment"; exit 1; }

passed=0 failed=0
floor() { # PAGE ...: the pages of a folder, in one run
  "$env/bin/python" -m pytest --nbval-lax --nb-flags full -q -rA --show-capture=no --color=no -p no:cacheprovider "$@" >"$TMP/log" 2>&1; rc=$?
  local page good bad
  for page; do
    good=$(grep -c "^PASSED $page::" "$TMP/log") bad=$(grep -cE "^(FAILED|ERROR) $page(::|$| )" "$TMP/log")
    # 5: pages without code; else pytest itself has failed, and nothing counts
    case $rc in 0|1|5) ;; *) good=0 bad=1 ;; esac
    [ "$bad" -eq 0 ] || echo "FAILED  $page: $bad of $((good + bad)) cells"
    passed=$((passed + good)) failed=$((failed + bad))
    [ -z "${RECORD:-}" ] || { { grep -v "^$torch,$python,$page," "$RECORD" 2>/dev/null; echo "$torch,$python,$page,$good,$bad,$(date -u +%F)"; } | sort >"$TMP/record"; cat "$TMP/record" >"$RECORD"; }
  done
  [ $rc -eq 0 ] || [ $rc -eq 5 ] || grep -vE '^(PASSED|SKIPPED) ' "$TMP/log" | tail -n "${TAIL:-200}" | sed $'s/\033\\[[0-9;]*m//g; s/^/        /'
}
while [ $# -gt 0 ]; do
  folder=$(dirname "$1") here=() rest=()
  for page; do if [ "$(dirname "$page")" = "$folder" ]; then here+=("$page"); else rest+=("$page"); fi; done
  floor "${here[@]}"
  set -- "${rest[@]+"${rest[@]}"}"
done
echo "$torch $python: $passed passed, $failed failed"
[ $failed -eq 0 ]
