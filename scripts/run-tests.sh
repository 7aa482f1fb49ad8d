#!/usr/bin/env bash
# Runs built test projects, two at a time, prints what failed, and ends with the line "N passed, N failed, N skipped".
# Fails when a test failed, when a project ended without a result, and when one ran no test. Called by test.sh.
set -euo pipefail
# shellcheck source=scripts/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

export ROOT RESULTS="$LOGS/tests" LIMIT_SECONDS=840

# The number behind a word in the runner's summary: "  X.Tests  Total: 3, Errors: 0, Failed: 0, Skipped: 0, ...".
count() { sed -n "s/^ *$1 .*\b$2: \([0-9]*\).*/\1/p" "$RESULTS/$1.log" | tail -n 1; }

# NAME PASSED FAILED SKIPPED; a project without a result or without a test counts as one failure.
result() {
  local name="$1" total bad skips
  total="$(count "$name" Total)"
  if [ "${total:-0}" -eq 0 ]; then
    echo "$name 0 1 0"
  else
    bad=$(($(count "$name" Failed) + $(count "$name" Errors)))
    skips="$(count "$name" Skipped)"
    echo "$name $((total - bad - skips)) $bad $skips"
  fi
}

run_project() {
  local started=$SECONDS name passed failed skipped
  timeout --foreground -k 10 "$LIMIT_SECONDS" "$ROOT/artifacts/bin/$1/debug/$1" -noLogo -noColor \
    > "$RESULTS/$1.log" 2>&1 < /dev/null || true
  read -r name passed failed skipped < <(result "$1")
  printf '  %-24s %5d passed %4d failed %4d skipped %5d s\n' \
    "$name" "$passed" "$failed" "$skipped" $((SECONDS - started))
}
export -f count result run_project

# From each failed test's name on, without the runner's own lines; the log's end where there is no such name.
failures() {
  say "" "$1:"
  if [ "$(count "$1" Total)" = 0 ]; then
    say "    It ran no test."
  elif grep -q ' \[FAIL\]$' "$RESULTS/$1.log"; then
    awk '/ \[FAIL\]$/ { show = 1 } / \[SKIP\]$/ || /^ ? ? ?[^ ]/ { show = 0 } show' "$RESULTS/$1.log"
  else
    say "    It ended without a result. The end of $RESULTS/$1.log:"
    tail -n 30 "$RESULTS/$1.log" | sed 's/^/    /'
  fi
}

main() {
  local name passed failed skipped all_passed=0 all_failed=0 all_skipped=0
  rm -rf "$RESULTS"
  mkdir -p "$RESULTS"
  # shellcheck disable=SC2016 # The inner shell expands it.
  # The whole system takes longest and goes first.
  printf '%s\n' "$@" | awk '/^Platform/ { print; next } { rest = rest $0 "\n" } END { printf "%s", rest }' \
    | xargs -P 2 -I{} bash -c 'run_project "$1"' _ {}
  while read -r name passed failed skipped; do
    all_passed=$((all_passed + passed)) all_failed=$((all_failed + failed)) all_skipped=$((all_skipped + skipped))
    [ "$failed" -eq 0 ] || failures "$name"
  done < <(for name in "$@"; do result "$name"; done)
  say "$all_passed passed, $all_failed failed, $all_skipped skipped"
  [ "$all_failed" -eq 0 ] && [ "$all_passed" -gt 0 ]
}

main "$@"
