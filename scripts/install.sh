#!/usr/bin/env bash
# Installs the servers and tools that Sora runs with, where they are missing: Debian and Ubuntu, as root.
# run.sh and test.sh call it; `sudo scripts/install.sh` does the same by hand.
set -euo pipefail
# shellcheck source=scripts/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

# One line for each need: its package, and how to see that it is there.
missing_packages() {
  postgres_program postgres > /dev/null || echo postgresql
  command -v redis-server > /dev/null || echo redis-server
  [ -x /usr/lib/rabbitmq/bin/rabbitmq-server ] || echo rabbitmq-server
  command -v ffmpeg > /dev/null && command -v ffprobe > /dev/null || echo ffmpeg
  command -v supervisord > /dev/null || echo supervisor
  [ -f /usr/share/fonts/truetype/dejavu/DejaVuSans.ttf ] || echo fonts-dejavu-core
}

# While it installs, a policy keeps Debian's packages from starting servers of their own on the usual ports.
forbid_starts() {
  local policy=/usr/sbin/policy-rc.d
  if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' > "$policy"
    chmod 755 "$policy"
    trap 'rm -f /usr/sbin/policy-rc.d' EXIT
  fi
}

apt_install() {
  local options=(-o DPkg::Lock::Timeout=300 -o Acquire::Retries=3)
  export DEBIAN_FRONTEND=noninteractive
  apt-get "${options[@]}" update
  apt-get "${options[@]}" install -y --no-install-recommends "$@"
}

explain() {
  warn "Sora needs these Debian packages, which are missing: $*"
  if ! command -v apt-get > /dev/null; then
    warn "This machine has no apt to install them with."
    if command -v docker > /dev/null; then
      warn "It has Docker, though, and needs none of them for: dotnet run --project AppHost"
    fi
  else
    warn "Installing them takes root. Run this once, then start again:"
    warn "  sudo $ROOT/scripts/install.sh"
    warn "or, if their servers may also start by themselves as system services:"
    warn "  sudo apt-get install --no-install-recommends $*"
  fi
  exit 1
}

main() {
  local packages
  mapfile -t packages < <(missing_packages)
  [ ${#packages[@]} -gt 0 ] || return 0
  if [ "$(id -u)" -ne 0 ] || ! command -v apt-get > /dev/null; then
    explain "${packages[@]}"
  fi
  say "Installing ${packages[*]} ..."
  forbid_starts
  apt_install_logged "${packages[@]}" || apt_install_logged "${packages[@]}"
}

apt_install_logged() { quietly install.log "Installing with apt" apt_install "$@"; }

main
