#!/usr/bin/env bash
# Runs Sora on this machine: ./run.sh --help
set -euo pipefail
# shellcheck source=scripts/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/scripts/common.sh"
# shellcheck source=scripts/settings.sh
source "$ROOT/scripts/settings.sh"
# shellcheck source=scripts/platform.sh
source "$ROOT/scripts/platform.sh"

usage() {
  cat << 'END'
./run.sh                       run Sora in the foreground; Ctrl-C ends it
./run.sh --detach              run it in the background; returns once it is healthy
./run.sh --demo "PROMPT" [-o FILE] [--size WxH] [--seconds N] [--model M]
                               make a clip, starting Sora in the background where it does not run
./run.sh --stop                end everything that was started here

SORA_PORT=8080                 the API, on 127.0.0.1
SORA_DASHBOARD_PORT=18888      the Aspire dashboard with traces, logs and metrics, on 127.0.0.1

Needs Debian or Ubuntu, the .NET 10 SDK and, for the dashboard, npm; what else is missing is installed with apt.
State lies in .run: data, log, secrets.env, ports and env, which `source .run/env` brings to any OpenAI SDK.
PostgreSQL's data lies in /var/lib/sora-... instead when its account cannot enter this folder.
END
}

start() {
  install -d -m 711 "$RUN"
  install -d -m 700 "$LOGS"
  exec 9> "$RUN/lock"
  flock -n 9 || fail "Another ./run.sh is starting Sora here. Wait for it to end."
  load_ports
  if is_running; then
    say "Sora is already running."
    return
  fi
  ! supervisor > /dev/null || say "Sora runs but does not answer: starting it anew."
  trap 'interrupted' INT TERM HUP
  require_dotnet
  "$ROOT/scripts/install.sh" 9>&-
  stop_platform
  load_secrets
  choose_ports
  install_dashboard
  build
  place_data
  prepare_postgres
  prepare_rabbitmq_and_redis
  export_settings
  start_platform
}

welcome() {
  local dashboard="not installed"
  [ ! -x "$ASPIRE" ] || dashboard="http://127.0.0.1:$SORA_DASHBOARD_PORT"
  cat << END

  API          http://127.0.0.1:$SORA_PORT/v1   (any OpenAI SDK, after: source .run/env)
  Owner        $(head -n 1 "$RUN/first-owner" 2> /dev/null)   (signs in with the password in .run/first-owner)
  Dashboard    $dashboard   (traces, logs, metrics)
  A clip       ./run.sh --demo "a red kite over a park" -o kite.mp4
  Stop         $1

END
}

interrupted() {
  say
  say "Stopping ..."
  stop_platform
  exit 130
}

stay() {
  while supervisor > /dev/null; do
    sleep 1 &
    wait $! || true
  done
}

demo() {
  load_ports
  is_running || (start)
  load_ports
  # shellcheck source=/dev/null
  source "$RUN/env"
  require_dotnet
  exec dotnet exec "$ROOT/artifacts/bin/Demo/release/Demo.dll" "$@"
}

case "${1:-}" in
  "")
    start
    welcome "Ctrl-C"
    flock -u 9
    stay
    ;;
  --detach)
    start
    welcome "./run.sh --stop"
    ;;
  --demo)
    shift
    [ $# -gt 0 ] || fail 'What should the clip show? ./run.sh --demo "a red kite over a park" -o kite.mp4'
    demo "$@"
    ;;
  --stop)
    stop_platform
    say "Sora is stopped."
    ;;
  -h | --help) usage ;;
  *)
    usage >&2
    exit 64
    ;;
esac
