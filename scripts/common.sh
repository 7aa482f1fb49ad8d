# Words and small tools for run.sh, test.sh and install.sh. Sourced; sets no state but ROOT, RUN and LOGS.
# shellcheck shell=bash

ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
RUN="$ROOT/.run"
LOGS="$RUN/log"

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 MSBUILDDISABLENODEREUSE=1

say() { printf '%s\n' "$@"; }
warn() { printf '%s\n' "$@" >&2; }
fail() {
  warn "$@"
  exit 1
}

# quietly LOG WHAT COMMAND...: runs it into a log of its own; when it fails, says what failed and shows the log's end.
# Descriptor 9 is run.sh's lock: no child may keep it.
quietly() {
  local log="$LOGS/$1" what="$2"
  shift 2
  mkdir -p "$LOGS"
  if ! "$@" > "$log" 2>&1 < /dev/null 9>&-; then
    warn "$what failed. The end of $log:"
    tail -n 20 "$log" | sed 's/^/  /' >&2
    return 1
  fi
}

# Finds a .NET 10 SDK also where it was unpacked into the home folder and is not on the PATH.
require_dotnet() {
  local dotnet
  for dotnet in dotnet {"${DOTNET_ROOT:-}","$HOME/.dotnet",/usr/share/dotnet,/usr/lib/dotnet}/dotnet; do
    if [[ $'\n'"$("$dotnet" --list-sdks 2> /dev/null)" == *$'\n'10.* ]]; then
      [ "$dotnet" = dotnet ] || PATH="$(dirname "$dotnet"):$PATH"
      return
    fi
  done
  fail "The .NET 10 SDK is missing. Install it from https://dot.net/download, or run" \
    "  wget -qO- https://dot.net/v1/dotnet-install.sh | bash -s -- --channel 10.0" \
    "and start again."
}

# postgres_program NAME: the newest version's program; Debian keeps them off the PATH.
postgres_program() {
  local newest
  newest="$(find /usr/lib/postgresql -path "*/bin/$1" 2> /dev/null | sort -V | tail -n 1)"
  [ -n "$newest" ] && printf '%s\n' "$newest"
}

# is_open PORT: somebody listens on it on loopback.
is_open() { (exec 3<> "/dev/tcp/127.0.0.1/$1") 2> /dev/null; }

# is_healthy PORT: whether the service says that nothing is missing. Needs no curl.
is_healthy() {
  local answer=""
  {
    exec 3<> "/dev/tcp/127.0.0.1/$1" \
      && printf 'GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n' >&3 \
      && answer="$(timeout 5 cat <&3)"
    exec 3>&-
  } 2> /dev/null || true
  [[ "$answer" == *'{"status":"healthy"'* ]]
}

# wait_until SECONDS COMMAND...: tries every fifth of a second.
wait_until() {
  local end=$((SECONDS + $1))
  shift
  until "$@"; do
    [ "$SECONDS" -lt "$end" ] || return 1
    sleep 0.2
  done
}
