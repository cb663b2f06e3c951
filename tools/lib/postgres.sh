# shellcheck shell=bash
# The private PostgreSQL 15: a cluster of its own, reachable by a unix socket only, with a password
# for each role. It never meets a PostgreSQL that the machine has already.

readonly pg_bin=/usr/lib/postgresql/15/bin
readonly socket_path_limit=107 # of sun_path, with the name below
readonly socket_name=.s.PGSQL.5432

# Schemas, the services that own them, and their login roles. The door owns none.
services_with_schema() { printf '%s\n' "${kServices[@]}" | grep -vx auth_gateway; }
schema_of() {
  case $1 in
    ingest) echo sports ;; preprocessing) echo features ;; model_registry) echo registry ;;
    *) echo "$1" ;;
  esac
}
role_of() {
  case $1 in
    model_registry) echo fairline_registry ;; *) echo "fairline_$1" ;;
  esac
}

# PostgreSQL refuses to run as root, and runs as the user postgres then.
as_postgres() {
  if [ "$(id -u)" = 0 ]; then
    (cd / && setpriv --reuid=postgres --regid=postgres --init-groups \
      env -i PATH=/usr/bin:/bin LANG=C.UTF-8 "$@")
  else
    "$@"
  fi
}

state_hash() { printf '%s' "$state" | sha256sum | cut -c1-12; }

# Sets pg_home (the cluster's folder) and pg_socket. Both are below the state directory unless the
# user postgres cannot get there (as under /root) or the path is too long for a socket.
locate_postgres() {
  pg_home=$state/postgres
  if [ "$(id -u)" = 0 ] && ! as_postgres test -x "$state"; then
    pg_home=/var/lib/fairline/$(state_hash)
  fi
  pg_socket=$pg_home/socket
  if [ $((${#pg_socket} + 1 + ${#socket_name})) -gt $socket_path_limit ]; then
    pg_socket=/tmp/fairline-$(state_hash)
  fi
}

make_cluster() {
  [ ! -f "$pg_home/data/PG_VERSION" ] || return 0
  step "Making a private PostgreSQL in $pg_home"
  local log=$state/log/initdb
  rm -rf "$pg_home"
  mkdir -p -m 711 "$(dirname "$pg_home")"
  mkdir -m 711 "$pg_home"
  (umask 077 && openssl rand -hex 32 >"$pg_home/superuser-password")
  [ "$(id -u)" != 0 ] || chown -R postgres:postgres "$pg_home"
  as_postgres "$pg_bin/initdb" -D "$pg_home/data" -U postgres --pwfile="$pg_home/superuser-password" \
    --auth-local=scram-sha-256 --auth-host=reject -E UTF8 --locale=C.UTF-8 >"$log" 2>&1 ||
    { tail -n 20 "$log" >&2; fail "PostgreSQL could not make its files" "read the message above"; }
}

# Enough memory for the bulk load of two decades, without taking the machine.
write_postgres_settings() {
  local memory_mb buffers_mb
  memory_mb=$(awk '/^MemTotal/ { print int($2 / 1024) }' /proc/meminfo)
  buffers_mb=$((memory_mb / 8 > 1024 ? 1024 : memory_mb / 8))
  cat <<SETTINGS
listen_addresses = ''
unix_socket_directories = '$pg_socket'
unix_socket_permissions = 0700
max_connections = 120
shared_buffers = ${buffers_mb}MB
effective_cache_size = $((memory_mb / 2))MB
work_mem = 32MB
maintenance_work_mem = $((buffers_mb / 2 > 64 ? buffers_mb / 2 : 64))MB
# The services set their own limits, call by call; these are the last resort, for whoever else asks.
statement_timeout = 2h
idle_in_transaction_session_timeout = 15min
client_connection_check_interval = 1s
log_lock_waits = on
log_min_duration_statement = 10s
# Nothing replicates this cluster, so loads into new tables need no log of their rows.
wal_level = minimal
max_wal_senders = 0
max_wal_size = 4GB
checkpoint_timeout = 15min
wal_compression = on
jit = off
timezone = UTC
log_timezone = UTC
log_line_prefix = '%m [%p] %q%u '
SETTINGS
}

prepare_postgres() {
  locate_postgres
  make_cluster
  mkdir -p -m 755 "$pg_socket"
  # Rewritten only when it changes: a newer file means a restart.
  if ! write_postgres_settings | cmp -s - "$pg_home/postgresql.conf"; then
    write_postgres_settings >"$pg_home/postgresql.conf"
  fi
  [ "$(id -u)" != 0 ] || chown postgres:postgres "$pg_socket" "$pg_home/postgresql.conf"
}

# psql_as_superuser ARGUMENT...
psql_as_superuser() {
  PGPASSWORD=$(cat "$pg_home/superuser-password") \
    "$pg_bin/psql" -X -q -v ON_ERROR_STOP=1 -h "$pg_socket" -U postgres "$@"
}

# connection_string ROLE SECRET-FILE: as libpq wants it.
connection_string() {
  printf "host='%s' user=%s dbname=fairline password=%s\n" "${pg_socket//\'/\\\'}" "$1" "$(cat "$2")"
}

# The owner makes roles and schemas; it is no superuser.
make_database() {
  local password
  password=$(cat "$(secret database-owner)")
  if [ "$(psql_as_superuser -d postgres -Atc "SELECT count(*) FROM pg_database WHERE datname = 'fairline'")" = 0 ]; then
    psql_as_superuser -d postgres <<SQL
CREATE ROLE fairline_owner LOGIN CREATEROLE PASSWORD '$password';
CREATE DATABASE fairline OWNER fairline_owner;
SQL
  fi
}

migrate_database() {
  local service settings=()
  for service in $(services_with_schema); do
    settings+=("FAIRLINE_$(schema_of "$service" | tr '[:lower:]' '[:upper:]')_DB_PASSWORD_FILE=$(secret "database-$service")")
    (umask 077 && connection_string "$(role_of "$service")" "$(secret "database-$service")" \
      >"$state/secrets/database-url-$service")
  done
  (umask 077 && connection_string fairline_owner "$(secret database-owner)" >"$state/secrets/database-url-owner")
  env -i FAIRLINE_OWNER_DATABASE_URL_FILE="$state/secrets/database-url-owner" \
    FAIRLINE_SERVICES_DIR="$repo/services" "${settings[@]}" "$repo/build/release/bin/fairline-migrate" \
    >"$state/log/migrate" 2>&1 || {
    tail -n 20 "$state/log/migrate" >&2
    fail "the database could not be brought up to date; what it holds is as it was" \
      "read the message above, and go back to the version of Fairline that ran here last: its tools/dev up goes on with this state. Before another try keep a dump, as a superuser of the database:
    PGPASSWORD=\$(cat $pg_home/superuser-password) $pg_bin/pg_dump -h $pg_socket -U postgres -Fc -f fairline.dump fairline"
  }
  local applied
  applied=$(wc -l <"$state/log/migrate")
  [ "$applied" = 0 ] || note "$applied migrations applied"
}
