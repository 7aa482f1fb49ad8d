# Starting and ending the platform under one supervisord. Sourced by run.sh after common.sh and settings.sh.
# shellcheck shell=bash

DATABASES=(identitydb videodb quotadb storagedb webhookdb)
SERVICES=(simulator quota-service storage-worker webhook-service video-service gateway)
ASPIRE_PACKAGE="@microsoft/aspire-cli-linux-x64@13.5.4"
ASPIRE="$RUN/aspire/node_modules/@microsoft/aspire-cli-linux-x64/bin/aspire"

# A socket's path may have 107 characters at most.
SORA_SOCKET="$RUN/supervisor.sock"
[ ${#SORA_SOCKET} -lt 90 ] || SORA_SOCKET="/tmp/sora-$(id -u)-$(printf '%s' "$ROOT" | cksum | cut -d' ' -f1).sock"

# ------------------------------------------------------------------------------------------------------ preparing

# The dashboard is worth having and not worth failing for.
install_dashboard() {
  [ ! -x "$ASPIRE" ] || return 0
  if ! command -v npm > /dev/null; then
    warn "No dashboard: it comes by npm, which is missing (apt-get install nodejs npm)."
    ASPIRE=""
    return 0
  fi
  say "Installing the Aspire dashboard ..."
  quietly dashboard-install.log "Installing the dashboard" \
    npm install --prefix "$RUN/aspire" --no-audit --no-fund --no-update-notifier "$ASPIRE_PACKAGE" || true
  [ -x "$ASPIRE" ] || ASPIRE=""
}

# Builds only when a source is newer than the last build; folders count, as they know of deleted files. Without the
# compiler server, which would stay behind.
build() {
  local stamp="$RUN/built" sources
  sources=("$ROOT"/*.props "$ROOT/global.json" "$ROOT/BannedSymbols.txt")
  for project in "$ROOT"/*/*.csproj; do
    sources+=("$(dirname "$project")")
  done
  if [ -f "$stamp" ] && [ -f "$ROOT/artifacts/bin/Gateway/release/Gateway.dll" ] \
    && [ -z "$(find "${sources[@]}" -newer "$stamp" -print -quit)" ]; then
    return
  fi
  say "Building ..."
  touch "$stamp.new"
  quietly build.log "The build" dotnet build "$ROOT/scripts/platform.slnf" -c Release -v quiet --nologo -clp:NoSummary \
    -p:UseSharedCompilation=false || exit 1
  mv "$stamp.new" "$stamp"
}

prepare_postgres() {
  [ ! -f "$POSTGRES_DATA/PG_VERSION" ] || return 0
  local password_file
  password_file="$(mktemp)"
  printf '%s\n' "$POSTGRES_PASSWORD" > "$password_file"
  [ "$(id -u)" -ne 0 ] || chown postgres "$password_file"
  quietly initdb.log "Making the PostgreSQL data folder" \
    as_postgres "$(postgres_program initdb)" -D "$POSTGRES_DATA" -U sora -A scram-sha-256 \
    --pwfile="$password_file" -E UTF8 --locale=C.UTF-8 || { rm -f "$password_file"; exit 1; }
  rm -f "$password_file"
}

prepare_rabbitmq_and_redis() {
  (
    umask 077
    cat > "$RABBITMQ_HOME/rabbitmq.conf" <<END
listeners.tcp.1 = 127.0.0.1:$RABBITMQ_PORT
default_user = sora
default_pass = $RABBITMQ_PASSWORD
disk_free_limit.absolute = 200MB
log.console = true
log.console.level = warning
log.file = false
END
    echo "[]." > "$RABBITMQ_HOME/enabled_plugins"
    # Caches and wake-ups only: nothing to keep over a restart.
    cat > "$REDIS_HOME/redis.conf" <<END
bind 127.0.0.1
port $REDIS_PORT
requirepass $REDIS_PASSWORD
save ""
appendonly no
maxmemory 256mb
maxmemory-policy allkeys-lru
END
  )
}

# ------------------------------------------------------------------------------------------------------- starting

control() { supervisorctl -c "$ROOT/scripts/supervisord.conf" "$@"; }

# Its id, where it runs.
supervisor() {
  local id
  id="$(cat "$RUN/supervisord.pid" 2> /dev/null)" || return 1
  grep -qz supervisord "/proc/$id/cmdline" 2> /dev/null && printf '%s\n' "$id"
}

is_running() { supervisor > /dev/null && is_healthy "${SORA_PORT:-}"; }

start_platform() {
  say "Starting ..."
  # SORA_INSTALLATION marks every process that descends from here, for --stop.
  SORA_INSTALLATION="$ROOT" supervisord -c "$ROOT/scripts/supervisord.conf" < /dev/null > "$LOGS/start.log" 2>&1 9>&- \
    || fail "supervisord did not start: $(cat "$LOGS/start.log")"
  [ -z "$ASPIRE" ] || control start dashboard > /dev/null 2>&1 9>&- || true
  wait_for postgres 30 is_open "$POSTGRES_PORT"
  wait_for redis 30 is_open "$REDIS_PORT"
  create_databases
  wait_for rabbitmq 90 is_open "$RABBITMQ_PORT"
  control start services:* > /dev/null 2>&1 9>&- &
  wait_for_services
  [ -z "$ASPIRE" ] || wait_until 60 is_open "$SORA_DASHBOARD_PORT" \
    || warn "The dashboard did not start: see $LOGS/dashboard.log. Deleting $RUN/aspire installs it anew."
  wait_until 15 test -s "$RUN/first-key" || fail "The gateway has made no API key: see $LOGS/gateway.log"
  (
    umask 077
    {
      echo "export OPENAI_BASE_URL=http://127.0.0.1:$SORA_PORT/v1"
      echo "export OPENAI_API_KEY=$(cat "$RUN/first-key")"
    } > "$RUN/env"
  )
}

create_databases() {
  local psql name existing
  psql=("$(postgres_program psql)" -h 127.0.0.1 -p "$POSTGRES_PORT" -U sora -d postgres -AtqX)
  export PGPASSWORD="$POSTGRES_PASSWORD"
  wait_for postgres 30 "${psql[@]}" -c 'select 1' > /dev/null 2>&1
  existing="$("${psql[@]}" -c 'select datname from pg_database')"
  for name in "${DATABASES[@]}"; do
    grep -qx "$name" <<< "$existing" || "${psql[@]}" -c "create database $name"
  done
  unset PGPASSWORD
}

# wait_for PROGRAM SECONDS COMMAND...: until the command succeeds; a program that does not start is named, with its log.
wait_for() {
  local program="$1" seconds="$2"
  shift 2
  wait_until "$seconds" "$@" || blame "$program"
}

wait_for_services() {
  local end=$((SECONDS + 120)) name port waiting
  while true; do
    waiting=""
    for name in "${SERVICES[@]}"; do
      port="$(service_port "$name")"
      is_healthy "$port" || waiting="${waiting:-$name}"
    done
    [ -n "$waiting" ] || return 0
    if [ "$SECONDS" -ge "$end" ]; then
      blame "$waiting"
    fi
    name="$(control status | sed -n 's/^services:\([^ ]*\) *FATAL.*/\1/p' | head -n 1)" || true
    [ -z "$name" ] || blame "$name"
    sleep 0.3
  done
}

service_port() {
  local variable="${1^^}_PORT"
  variable="${variable//-/_}"
  [ "$1" != gateway ] || variable=SORA_PORT
  printf '%s' "${!variable}"
}

# The log without its stack traces: what went wrong, not where.
blame() {
  warn "$1 did not become healthy. The end of $LOGS/$1.log:"
  grep -vE '^ +(at |--- End of )' "$LOGS/$1.log" 2> /dev/null | tail -n 12 | cut -c1-300 | sed 's/^/  /' >&2 || true
  stop_platform
  exit 1
}

# --------------------------------------------------------------------------------------------------------- ending

stop_platform() {
  local id
  if id="$(supervisor)"; then
    kill -TERM "$id"
    wait_until 60 is_gone "$id" || kill -KILL "$id"
  fi
  end_strays
}

is_gone() { [ ! -d "/proc/$1" ]; }

# Whatever a killed supervisord has left behind: found by the mark in its environment, ended by id. Redis writes its
# title over its environment, so it is known by its folder.
strays() {
  local file id name
  grep -lzxF "SORA_INSTALLATION=$ROOT" /proc/[0-9]*/environ 2> /dev/null | cut -d/ -f3 || true
  for file in /proc/[0-9]*/comm; do
    id="${file//[^0-9]/}"
    if read -r name 2> /dev/null < "$file" && [ "$name" = redis-server ] \
      && [ "/proc/$id/cwd" -ef "$RUN/data/redis" ]; then
      echo "$id"
    fi
  done
}

end_strays() {
  local ids
  mapfile -t ids < <(strays)
  [ ${#ids[@]} -gt 0 ] || return 0
  kill -TERM "${ids[@]}" 2> /dev/null || true
  wait_until 15 no_strays && return
  mapfile -t ids < <(strays)
  kill -KILL "${ids[@]}" 2> /dev/null || true
  wait_until 5 no_strays
}

no_strays() { [ -z "$(strays)" ]; }
