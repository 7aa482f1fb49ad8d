#!/usr/bin/env bash
# Runs built test projects, a few at a time, prints what failed, and ends with the line "N passed, N failed, N skipped".
# Fails when a test failed, when a project ended without a result, and when one ran no test. Called by test.sh.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

export ROOT RESULTS="$LOGS/tests" LIMIT_SECONDS=840

run_project() {
  local started=$SECONDS
  timeout --foreground -k 10 "$LIMIT_SECONDS" "$ROOT/artifacts/bin/$1/debug/$1" -noLogo -noColor \
    > "$RESULTS/$1.log" 2>&1 < /dev/null || true
  echo $((SECONDS - started)) > "$RESULTS/$1.seconds"
}
export -f run_project

# The count behind a word in the runner's summary: "  X.Tests  Total: 3, Errors: 0, Failed: 0, Skipped: 0, ...".
count() { sed -n "s/^ *$1 .*\b$2: \([0-9]*\).*/\1/p" "$RESULTS/$1.log" | tail -n 1; }

# From each failed test's name on, without the runner's own lines.
failures() { awk '/ \[FAIL\]$/ { show = 1 } / \[SKIP\]$/ || /^ ? ? ?[^ ]/ { show = 0 } show' "$RESULTS/$1.log"; }

passed=0 failed=0 skipped=0

report() {
  local name="$1" total bad skips
  total="$(count "$name" Total)"
  if [ -z "$total" ]; then
    failed=$((failed + 1))
    say "$name ended without a result. The end of its log:"
    tail -n 30 "$RESULTS/$name.log" | sed 's/^/  /'
    return
  fi
  if [ "$total" -eq 0 ]; then
    failed=$((failed + 1))
    say "$name ran no test."
    return
  fi
  bad=$(($(count "$name" Failed) + $(count "$name" Errors)))
  skips="$(count "$name" Skipped)"
  passed=$((passed + total - bad - skips)) failed=$((failed + bad)) skipped=$((skipped + skips))
  printf '%-26s %5d passed %4d failed %4d skipped %5d s\n' \
    "$name" $((total - bad - skips)) "$bad" "$skips" "$(cat "$RESULTS/$name.seconds")"
  [ "$bad" -eq 0 ] || failures "$name"
}

rm -rf "$RESULTS"
mkdir -p "$RESULTS"
# The whole system takes longest and goes first.
printf '%s\n' "$@" | sort | awk '/^Platform/ { print; next } { rest = rest $0 "\n" } END { printf "%s", rest }' \
  | xargs -P 2 -I{} bash -c 'run_project "$1"' _ {}
for name in "$@"; do
  report "$name"
done
say "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
