# shellcheck shell=bash
# The processes of one state directory, each under runit: a folder services/<name> with a run
# script, restarted when it dies, its output rotated into log/<name>/ by svlogd.

supervisor_pid() {
  local pid
  pid=$(cat "$state/supervisor.pid" 2>/dev/null) || return 1
  grep -qzFx "$state/services" "/proc/$pid/cmdline" 2>/dev/null || return 1
  grep -qzFx runsvdir "/proc/$pid/cmdline" || return 1
  echo "$pid"
}

# is_watched SERVICE: its own runsv runs. Those go on without the supervisor, which only starts them.
is_watched() { sv status "$state/services/$1" >/dev/null 2>&1; }

# is_up SERVICE: its process runs.
is_up() { [ "$(cat "$state/services/$1/supervise/stat" 2>/dev/null)" = run ] && is_watched "$1"; }

# In the order in which they are stopped.
all_names() { printf '%s\n' auth_gateway pipeline accounts prediction training model_registry preprocessing ingest demo_site postgres; }

# Stops what a supervisor left behind when it died, so that a second set never runs beside it. Sets
# `left_behind` to how many there were.
stop_left_behind() {
  local name
  left_behind=0
  for name in $(all_names); do
    is_watched "$name" || continue
    left_behind=$((left_behind + 1))
    note "stopping $name"
    sv -w 30 force-shutdown "$state/services/$name" >/dev/null || true
    await_unwatched "$name"
  done
}

await_unwatched() { # NAME
  local tries=0
  while is_watched "$1"; do
    tries=$((tries + 1))
    [ $tries -lt 100 ] || fail "$1 does not stop" "see $state/log/$1/current; end the process $(pid_of_service "$1") by hand, then try again"
    sleep 0.1
  done
}

pid_of_service() { cat "$state/services/$1/supervise/pid" 2>/dev/null; }

# quoted TEXT: for /bin/sh.
quoted() { printf "'%s'" "${1//\'/\'\\\'\'}"; }

# settings_of SERVICE: NAME=VALUE lines; of all that this installation has to say, what the service's
# --help names. Settings of the caller's environment come last.
settings_of() {
  local known name value
  known=$(settings_known_to "$1")
  offered_settings "$1" | while IFS='=' read -r name value; do
    ! grep -qxF -- "$name" <<<"$known" || echo "$name=$value"
  done
}

settings_known_to() { # SERVICE
  "$repo/build/release/bin/$(program_of "$1")" --help | grep -oE 'FAIRLINE_[A-Z_]+' | sort -u
}

# Each setting must be of use to somebody: one that no service knows was renamed on one side only.
check_settings() {
  local service unknown
  unknown=$(comm -23 <(for service in "${kServices[@]}"; do offered_settings "$service"; done | cut -d= -f1 | sort -u) \
    <(for service in "${kServices[@]}"; do settings_known_to "$service"; done | sort -u))
  [ -z "$unknown" ] || fail "no service knows the setting $unknown" "tools/lib/services.sh and the service disagree: report it"
}

offered_settings() { # SERVICE
  local service=$1 peer
  echo "FAIRLINE_LISTEN=127.0.0.1:$(port_of "$service")"
  echo "FAIRLINE_METRICS_LISTEN=127.0.0.1:$(port_of "$service-metrics")"
  for peer in "${kServices[@]}"; do
    [ "$peer" != auth_gateway ] || continue # nobody calls the door
    echo "FAIRLINE_$(tr '[:lower:]' '[:upper:]' <<<"$peer")_ADDRESS=127.0.0.1:$(port_of "$peer")"
  done
  echo "FAIRLINE_IDENTITY_KEY_FILE=$(secret identity-key)"
  echo "FAIRLINE_SESSION_KEY_FILE=$(secret session-key)"
  echo "FAIRLINE_DATABASE_URL_FILE=$state/secrets/database-url-$service"
  echo "FAIRLINE_ADMIN_PASSWORD_FILE=$state/initial-admin-password"
  echo "FAIRLINE_LAKE_URL=file://$state/lake"
  echo "FAIRLINE_FOOTBALL_DATA_URL=$data_url"
  echo "FAIRLINE_TRAINING_RECIPE=$repo/services/training/recipes/football.json"
  echo "FAIRLINE_HTTP_LISTEN=127.0.0.1:$http_port"
  echo "FAIRLINE_WEB_DIR=$repo/build/release/web"
  [ -z "$now" ] || echo "FAIRLINE_NOW=$now"
  [ "$demo" = no ] || echo "FAIRLINE_NEW_USER_ROLE=1"
  env | grep -E '^FAIRLINE_(LOG_LEVEL|MAX_THREADS|DRAIN_SECONDS|DATABASE_POOL|NEW_USER_ROLE|HTTP_LISTEN)=' || true
}

# write_service NAME: its folder, from the run script on standard input. The service is noted in
# the array `changed` when the script or the files are not what runs now.
write_service() { # NAME FILE-READ-AT-START...
  local name=$1 folder=$state/services/$1 script fingerprint
  script=$(cat)
  mkdir -p "$state/log/$name"
  # A supervisor that runs already starts a new folder at once, unless told to wait for its turn.
  [ -d "$folder" ] || { mkdir "$folder" && touch "$folder/down"; }
  mkdir -p "$folder/log"
  fingerprint=$(printf '%s' "$script" "$(stat -c '%Y %s' "${@:2}")" | sha256sum)
  if [ "$fingerprint" != "$(cat "$folder/fingerprint" 2>/dev/null)" ] || ! is_up "$name"; then
    changed+=("$name")
    printf '%s\n' "$script" >"$folder/run"
    chmod 700 "$folder/run"
    echo "$fingerprint" >"$folder/fingerprint"
  fi
  printf 's10485760\nn5\n' >"$state/log/$name/config" # 10 MiB a file, five files
  printf '#!/bin/sh\nexec svlogd %s\n' "$(quoted "$state/log/$name")" >"$folder/log/run"
  chmod 700 "$folder/log/run"
}

write_postgres_service() {
  local drop_root=''
  [ "$(id -u)" != 0 ] || drop_root='setpriv --reuid=postgres --regid=postgres --init-groups'
  write_service postgres "$pg_home/postgresql.conf" <<RUN
#!/bin/sh
exec 2>&1
cd /
exec $drop_root setpriv --pdeathsig QUIT env -i PATH=/usr/bin:/bin LANG=C.UTF-8 $pg_bin/postgres -D $(quoted "$pg_home/data") -c config_file=$(quoted "$pg_home/postgresql.conf")
RUN
  # A fast shutdown: the plain TERM would wait for every client to leave.
  mkdir -p "$state/services/postgres/control"
  printf '#!/bin/sh\nkill -INT "$(cat supervise/pid)"\n' >"$state/services/postgres/control/t"
  chmod 700 "$state/services/postgres/control/t"
}

write_fairline_service() { # SERVICE
  local program files
  program=$repo/build/release/bin/$(program_of "$1")
  files=("$program")
  [ "$1" != auth_gateway ] || files+=("$repo"/build/release/web/*)
  # Not a pipe: write_service sets a variable of this shell.
  write_service "$1" "${files[@]}" < <(fairline_run_script "$1" "$program")
}

fairline_run_script() { # SERVICE PROGRAM
  local setting
  # It dies with its runsv, beside whose successor it would be a second one.
  printf '#!/bin/sh\nexec 2>&1\ncd %s\nexec setpriv --pdeathsig KILL env -i \\\n' "$(quoted "$state")"
  while read -r setting; do printf '  %s \\\n' "$(quoted "$setting")"; done < <(settings_of "$1")
  printf '  %s\n' "$(quoted "$2")"
}

write_demo_site_service() {
  write_service demo_site "$(command -v python3)" <<RUN
#!/bin/sh
exec 2>&1
exec setpriv --pdeathsig KILL env -i PATH=/usr/bin:/bin python3 -m http.server --bind 127.0.0.1 --directory $(quoted "$state/demo-site") $(port_of demo_site)
RUN
}

start_supervisor() {
  local name
  export SVDIR=$state/services
  supervisor_pid >/dev/null && return 0
  stop_left_behind
  [ $left_behind = 0 ] || note "their supervisor had died; they start again under a new one"
  for name in "$state"/services/*/; do
    touch "$name/down" # nothing starts before its turn
    rm -rf "$name/supervise" "$name/log/supervise"
  done
  # shellcheck disable=SC2016 # expanded by the inner shell
  setsid env -i PATH="$PATH" sh -c 'echo $$ >"$1/supervisor.pid"; exec runsvdir -P "$1/services"' \
    sh "$state" </dev/null >/dev/null 2>&1 9>&- &
  disown
}

# await_supervision NAME: runit looks for new folders every few seconds.
await_supervision() {
  local tries=0
  until [ -p "$state/services/$1/supervise/ok" ] && sv status "$1" >/dev/null 2>&1; do
    tries=$((tries + 1))
    [ $tries -lt 200 ] || fail "the supervisor does not start $1" "see $state/services/$1; tools/dev down, then up"
    sleep 0.1
  done
}

start_service() { # NAME
  await_supervision "$1"
  rm -f "$state/services/$1/down"
  sv up "$1" >/dev/null
}

stop_service() { # NAME
  ! is_up "$1" || sv -w 30 force-stop "$1" >/dev/null || true
}

show_log_and_fail() { # SERVICE WHAT
  tail -n 15 "$state/log/$1/current" >&2 2>/dev/null || true
  fail "$2" "its log is above and in $state/log/$1/current; after repairing what it names, call tools/dev up again"
}

await_postgres() {
  local tries=0
  until "$pg_bin/pg_isready" -q -h "$pg_socket"; do
    tries=$((tries + 1))
    [ $tries -lt 300 ] || show_log_and_fail postgres "PostgreSQL does not start"
    sleep 0.1
  done
}

# is_healthy SERVICE: what its own health service says.
is_healthy() {
  env -i FAIRLINE_LISTEN="127.0.0.1:$(port_of "$1")" \
    "$repo/build/release/bin/$(program_of "$1")" --health-check >/dev/null 2>&1
}

# Waits for all of them. One that dies again and again is not waited for to the end.
await_healthy() { # SERVICE...
  local service deadline=$((SECONDS + 120)) waiting=("$@") still
  local -A found_dead=()
  while [ ${#waiting[@]} -gt 0 ]; do
    still=()
    for service in "${waiting[@]}"; do
      if is_healthy "$service"; then
        note "$service is serving"
        continue
      fi
      still+=("$service")
      is_up "$service" || found_dead[$service]=$((${found_dead[$service]-0} + 1))
      [ "${found_dead[$service]-0}" -lt 4 ] || show_log_and_fail "$service" "$service stops as soon as it is started"
    done
    waiting=("${still[@]}")
    [ ${#waiting[@]} = 0 ] || [ $SECONDS -lt $deadline ] ||
      show_log_and_fail "${waiting[0]}" "${waiting[*]}: not healthy after two minutes"
    [ ${#waiting[@]} = 0 ] || sleep 0.1
  done
}

stop_everything() {
  local pid name
  export SVDIR=$state/services
  for name in $(all_names | grep -vx postgres); do
    [ ! -d "$state/services/$name" ] || sv down "$name" >/dev/null 2>&1 || true
  done
  if ! pid=$(supervisor_pid); then
    stop_left_behind
    [ $left_behind != 0 ] || note "nothing runs"
    rm -f "$state/supervisor.pid"
    return 0
  fi
  for name in $(all_names); do
    [ -d "$state/services/$name" ] && is_up "$name" || continue
    note "stopping $name"
    stop_service "$name"
  done
  kill -HUP "$pid" 2>/dev/null || true
  local tries=0
  while [ -d "/proc/$pid" ] && [ $tries -lt 100 ]; do sleep 0.1; tries=$((tries + 1)); done
  rm -f "$state/supervisor.pid"
}
