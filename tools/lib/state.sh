# shellcheck shell=bash
# The state directory: options, secrets, ports. Everything `up` makes lies below it.
#   options                what `up` was last called with, NAME=VALUE lines
#   secrets/               keys and passwords, mode 600; nothing here has a default
#   initial-admin-password the first admin's, until somebody changes it
#   ports                  the gRPC and metrics ports, chosen once
#   postgres/ lake/ log/ services/ demo-site/

# open_state DIR: sets $state to its absolute path.
open_state() {
  state=$(realpath -m -- "$1")
  [ ! -e "$state" ] || [ -O "$state" ] ||
    fail "$state belongs to $(stat -c %U "$state"), and this is $(id -un)" \
      "call tools/dev as that user, or choose another --state-dir"
}

make_state() {
  # As root, PostgreSQL runs as the user postgres and has to pass through.
  (umask 022 && mkdir -p "$state") || fail "cannot make $state" "choose another --state-dir"
  chmod 711 "$state"
  (umask 077 && mkdir -p "$state/secrets" "$state/lake" "$state/log" "$state/services")
}

# Only one tools/dev at a time changes a state directory. The descriptor is closed in everything
# that is left running.
lock_state() {
  exec 9>"$state/lock"
  flock -w 5 9 || fail "another tools/dev is at work on $state" "wait until it is done"
}

# remembered NAME: its value in the options file, or nothing.
remembered() {
  [ -f "$state/options" ] || return 0
  sed -n "s/^$1=//p" "$state/options"
}

# secret NAME: the path of a secret file, made with 256 random bits when it does not exist.
secret() {
  local file=$state/secrets/$1
  [ -s "$file" ] || (umask 077 && openssl rand -hex 32 >"$file")
  echo "$file"
}

# The first admin's password: FAIRLINE_ADMIN_PASSWORD at the first start, else a random one that
# meets the password rule, which is marked as not printed yet.
ensure_admin_password() {
  local file=$state/initial-admin-password
  [ ! -s "$file" ] || return 0
  if [ -n "${FAIRLINE_ADMIN_PASSWORD:-}" ]; then
    (umask 077 && printf '%s\n' "$FAIRLINE_ADMIN_PASSWORD" >"$file")
  else
    (umask 077 && printf '%s-Aa1\n' "$(openssl rand -base64 15 | tr '+/' 'xy')" >"$file")
    touch "$state/secrets/password-not-printed"
  fi
}

# Once, also when the start that made the password failed half-way.
print_new_admin_password() {
  [ -f "$state/secrets/password-not-printed" ] || return 0
  rm "$state/secrets/password-not-printed"
  note "The first admin is \"admin\", password: $(cat "$state/initial-admin-password")"
  note "(printed this once; kept in $state/initial-admin-password)"
}

# listening_ports: the TCP ports something listens on, one a line.
listening_ports() {
  awk '$4 == "0A" { split($2, address, ":"); print address[2] }' /proc/net/tcp /proc/net/tcp6 2>/dev/null |
    sort -u | while read -r hex; do echo $((16#$hex)); done
}

port_is_taken() { listening_ports | grep -qxF -- "$1"; }

# port_of NAME: the port kept for NAME, chosen below the range that outgoing connections use.
port_of() {
  local port
  port=$(sed -n "s/^$1=//p" "$state/ports" 2>/dev/null || true)
  if [ -z "$port" ]; then
    while :; do
      port=$((20000 + $(od -An -N2 -tu2 /dev/urandom) % 12000))
      port_is_taken "$port" || grep -qs "=$port\$" "$state/ports" || break
    done
    echo "$1=$port" >>"$state/ports"
  fi
  echo "$port"
}

forget_port() { sed -i "/^$1=/d" "$state/ports"; }
