# What an installation under .run/ remembers: secrets, ports, and where its data lies. Sourced by platform.sh.
# shellcheck shell=bash

INTERNAL_PORTS=(
  POSTGRES_PORT REDIS_PORT RABBITMQ_PORT RABBITMQ_DISTRIBUTION_PORT EPMD_PORT OTLP_GRPC_PORT OTLP_HTTP_PORT
  SIMULATOR_PORT QUOTA_SERVICE_PORT STORAGE_WORKER_PORT WEBHOOK_SERVICE_PORT VIDEO_SERVICE_PORT
)

# Taken before the remembered ports are read over them.
WANTED_PORT="${SORA_PORT:-8080}"
WANTED_DASHBOARD_PORT="${SORA_DASHBOARD_PORT:-18888}"

random_hex() { od -An -N24 -tx1 /dev/urandom | tr -d ' \n'; }
random_base64() { head -c 32 /dev/urandom | base64 -w0; }

# Made at the first start and kept: the data is locked with them.
load_secrets() {
  if [ ! -f "$RUN/secrets.env" ]; then
    (
      umask 077
      {
        echo "POSTGRES_PASSWORD=$(random_hex)"
        echo "RABBITMQ_PASSWORD=$(random_hex)"
        echo "REDIS_PASSWORD=$(random_hex)"
        echo "INTERNAL_IDENTITY_SECRET=$(random_base64)"
        echo "SIMULATOR_API_KEY=sim-$(random_hex)"
        echo "SIMULATOR_WEBHOOK_SECRET=whsec_$(random_base64)"
      } > "$RUN/secrets.env.new"
      mv "$RUN/secrets.env.new" "$RUN/secrets.env"
    )
  fi
  add_secret WEBHOOK_SEALING_KEY
  # shellcheck source=/dev/null
  source "$RUN/secrets.env"
}

# A secret that installations did not always have; in one write, so that a start that is killed leaves all or nothing.
add_secret() {
  grep -q "^$1=" "$RUN/secrets.env" || echo "$1=$(random_base64)" >> "$RUN/secrets.env"
}

# The ports that the running platform has, or had when it last ran.
load_ports() {
  # shellcheck source=/dev/null
  [ ! -f "$RUN/ports" ] || source "$RUN/ports"
}

# The two ports that people type are theirs to choose; the others are free ones, kept from start to start if possible.
choose_ports() {
  local name
  SORA_PORT="$WANTED_PORT"
  SORA_DASHBOARD_PORT="$WANTED_DASHBOARD_PORT"
  require_free SORA_PORT "$SORA_PORT" "the gateway" 8081
  require_free SORA_DASHBOARD_PORT "$SORA_DASHBOARD_PORT" "the dashboard" 18889
  local taken=" $SORA_PORT $SORA_DASHBOARD_PORT "
  for name in "${INTERNAL_PORTS[@]}"; do
    while [ -z "${!name:-}" ] || [[ $taken == *" ${!name} "* ]] || is_open "${!name}"; do
      # Below the range that Linux takes for outgoing connections.
      printf -v "$name" '%s' $((20000 + RANDOM % 12000))
    done
    taken+="${!name} "
  done
  for name in SORA_PORT SORA_DASHBOARD_PORT "${INTERNAL_PORTS[@]}"; do
    echo "$name=${!name}"
  done > "$RUN/ports"
}

require_free() {
  local variable="$1" port="$2" who="$3" other="$4" holder
  if ! [[ $port =~ ^[1-9][0-9]{0,4}$ ]] || [ "$port" -gt 65535 ]; then
    fail "$variable must be a port number from 1 to 65535, not '$port'."
  fi
  is_open "$port" || return 0
  holder="$(ss -Hltnp "sport = :$port" 2> /dev/null \
    | sed -n 's/.*users:(("\([^"]*\)",pid=\([0-9]*\).*/ by \1, process \2/p' | head -n 1)" || true
  fail "Port $port, meant for $who, is taken${holder}. End that, or choose another: $variable=$other ./run.sh"
}

# PostgreSQL refuses to run as root, so its data must lie where its own account can go: .run/data, or
# /var/lib/sora-… when the clone lies under a closed home. Once chosen it stays.
place_data() {
  SORA_DATA="$RUN/data"
  RABBITMQ_HOME="$SORA_DATA/rabbitmq"
  REDIS_HOME="$SORA_DATA/redis"
  install -d -m 711 "$RUN" "$SORA_DATA"
  install -d -m 700 "$RABBITMQ_HOME" "$REDIS_HOME" "$SORA_DATA/objects" "$SORA_DATA/simulator"
  POSTGRES_ACCOUNT="$(id -un)"
  if [ "$(id -u)" -eq 0 ]; then
    POSTGRES_ACCOUNT=postgres
    if [ ! -e "$SORA_DATA/postgres" ] && ! as_postgres test -x "$SORA_DATA"; then
      local elsewhere
      elsewhere="/var/lib/sora-$(printf '%s' "$ROOT" | cksum | cut -d' ' -f1)"
      install -d -m 711 "$elsewhere"
      install -d -m 700 -o postgres "$elsewhere/postgres"
      ln -s "$elsewhere/postgres" "$SORA_DATA/postgres"
    fi
  fi
  [ -e "$SORA_DATA/postgres" ] || install -d -m 700 -o "$POSTGRES_ACCOUNT" "$SORA_DATA/postgres"
  POSTGRES_DATA="$(readlink -f "$SORA_DATA/postgres")/data"
}

as_postgres() {
  if [ "$(id -u)" -eq 0 ]; then
    setpriv --reuid=postgres --regid=postgres --init-groups "$@"
  else
    "$@"
  fi
}

# What scripts/supervisord.conf reads.
export_settings() {
  SORA_ROOT="$ROOT" SORA_RUN="$RUN" SORA_BIN="$ROOT/artifacts/bin" SORA_USER="$(id -un)"
  POSTGRES_PROGRAM="$(postgres_program postgres)"
  POSTGRES_SERVER="Host=127.0.0.1;Port=$POSTGRES_PORT;Username=sora;Password=$POSTGRES_PASSWORD"
  RABBITMQ_SERVER="amqp://sora:$RABBITMQ_PASSWORD@127.0.0.1:$RABBITMQ_PORT/"
  REDIS_SERVER="127.0.0.1:$REDIS_PORT,password=$REDIS_PASSWORD"
  OTLP_ENDPOINT=""
  [ -z "$ASPIRE" ] || OTLP_ENDPOINT="http://127.0.0.1:$OTLP_HTTP_PORT"
  export SORA_ROOT SORA_RUN SORA_BIN SORA_USER SORA_DATA SORA_SOCKET SORA_PORT SORA_DASHBOARD_PORT ASPIRE
  export POSTGRES_PROGRAM POSTGRES_ACCOUNT POSTGRES_DATA POSTGRES_SERVER RABBITMQ_HOME RABBITMQ_SERVER
  export REDIS_HOME REDIS_SERVER OTLP_ENDPOINT INTERNAL_IDENTITY_SECRET SIMULATOR_API_KEY SIMULATOR_WEBHOOK_SECRET
  export WEBHOOK_SEALING_KEY
  export "${INTERNAL_PORTS[@]?}"
}
