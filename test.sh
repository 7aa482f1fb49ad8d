#!/usr/bin/env bash
# Builds everything and runs every test against real servers on free ports; ends with one line that sums them up.
#   ./test.sh            all test projects
#   ./test.sh Video Sim  only those whose names hold one of the words
set -euo pipefail
# shellcheck source=scripts/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/scripts/common.sh"

require_node() {
  local version
  version="$(node --version 2> /dev/null)" || version=v0
  version="${version#v}"
  if [ "${version%%.*}" -lt 20 ] || ! command -v npm > /dev/null; then
    fail "The SDK tests need Node.js 20 or newer with npm, from https://nodejs.org or your system's packages."
  fi
}

# AppHost and its tests need the Aspire packages; Sora.sln lists both without building them.
test_projects() {
  local project name word
  for project in "$ROOT"/tests/*.Tests/*.csproj; do
    name="$(basename "$project" .csproj)"
    [ "$name" != AppHost.Tests ] || continue
    [ $# -gt 0 ] || echo "$name"
    for word in "$@"; do
      if [[ $name == *"$word"* ]]; then
        echo "$name"
        break
      fi
    done
  done
}

main() {
  local names
  mapfile -t names < <(test_projects "$@")
  [ ${#names[@]} -gt 0 ] || fail "No test project has a name with: $*"
  require_dotnet
  require_node
  "$ROOT/scripts/install.sh"
  if [ ! "$ROOT/tests/node/node_modules" -nt "$ROOT/tests/node/package-lock.json" ]; then
    quietly npm.log "npm ci in tests/node" npm ci --prefix "$ROOT/tests/node"
    touch "$ROOT/tests/node/node_modules"
  fi
  say "Building ..."
  quietly build-tests.log "The build" dotnet build "$ROOT/Sora.sln" -v quiet --nologo -clp:NoSummary
  quietly format.log "The layout check (dotnet format whitespace . --folder mends it)" \
    dotnet format whitespace "$ROOT" --folder --verify-no-changes --exclude "$ROOT/artifacts" "$RUN"
  say "Testing ..."
  exec dotnet exec "$ROOT/artifacts/bin/TestServers/debug/TestServers.dll" run -- \
    "$ROOT/scripts/run-tests.sh" "${names[@]}"
}

main "$@"
