# shellcheck shell=bash
# `tools/dev up`: from whatever there is to a running Fairline with fresh forecasts.

readonly default_data_url=https://www.football-data.co.uk

# Reads the options of `up` into variables; what is not given is as it was the last time.
parse_up_options() { # ARGUMENT...
  local state_dir=$repo/.fairline given_demo=no
  local -A given=()
  while [ $# -gt 0 ]; do
    case $1 in
      --demo) given_demo=yes; shift; continue ;;
      --data-url | --competitions | --seasons | --now | --port | --state-dir) ;;
      *) usage_error "up: there is no option \"$1\"" ;;
    esac
    [ $# -ge 2 ] || usage_error "up: $1 needs a value"
    case $1 in
      --state-dir) state_dir=$2 ;;
      *) given[${1#--}]=$2 ;;
    esac
    shift 2
  done
  open_state "$state_dir"
  data_url=${given[data-url]-$(remembered data_url)}
  data_url=${data_url%/}
  competitions=${given[competitions]-$(remembered competitions)}
  seasons=${given[seasons]-$(remembered seasons)}
  now=${given[now]-$(remembered now)}
  [ "$now" != real ] || now=''
  http_port=${given[port]-$(remembered port)}
  http_port=${http_port:-8080}
  demo=$(remembered demo)
  demo=${demo:-no}
  check_up_options
  if [ $given_demo = yes ] && [ -n "${given[data-url]-}" ]; then
    usage_error "up: --demo and --data-url exclude each other"
  fi
  if { [ $given_demo = yes ] && [ "$demo" = no ] && [ -n "$(remembered data_url)" ]; } ||
    { [ "$demo" = yes ] && [ -n "${given[data-url]-}" ]; }; then
    fail "$state already holds $([ "$demo" = yes ] && echo 'the demo leagues' || echo 'real matches'), and they must not mix" \
      "choose another --state-dir, or throw this one away by  tools/dev reset"
  fi
  [ $given_demo = no ] || demo=yes
}

check_up_options() {
  [[ $http_port =~ ^[0-9]+$ && $http_port -ge 1 && $http_port -le 65535 ]] ||
    usage_error "up: --port $http_port is not a port"
  [[ -z $seasons || $seasons =~ ^[0-9]{4}(-[0-9]{4})?$ ]] ||
    usage_error "up: --seasons $seasons is not like 2005-2025"
  [[ -z $competitions || $competitions =~ ^[A-Za-z0-9_]+(,[A-Za-z0-9_]+)*$ ]] ||
    usage_error "up: --competitions $competitions is not like E0,F1"
  [[ -z $data_url || $data_url =~ ^https?://[^[:space:]]+$ ]] ||
    usage_error "up: --data-url $data_url is not an http(s) address"
  [[ -z $now || $now =~ ^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+(Z|[+-][0-9]{2}:[0-9]{2})$ ]] ||
    usage_error "up: --now $now is not an RFC 3339 moment such as 2026-01-30T09:00:00Z"
}

remember_up_options() {
  printf '%s\n' "data_url=$([ "$demo" = yes ] || echo "$data_url")" "competitions=$competitions" \
    "seasons=$seasons" "now=$now" "port=$http_port" "demo=$demo" >"$state/options"
}

answers() { curl -fsS -o /dev/null --retry 2 --max-time 20 "$1/fixtures.csv" 2>/dev/null; }

# Decides where the data comes from. Sets data_url, demo, and data_is_reachable.
choose_source() {
  data_is_reachable=yes
  if [ "$demo" = yes ]; then
    :
  elif [ -n "$data_url" ] && [ "$data_url" != $default_data_url ]; then
    answers "$data_url" ||
      fail "$data_url/fixtures.csv cannot be fetched" "check the address; it must have the layout of football-data.co.uk"
  elif answers $default_data_url; then
    data_url=$default_data_url
  elif [ -f "$state/options" ]; then
    data_url=$default_data_url data_is_reachable=no
    note "$default_data_url cannot be reached: going on with what was loaded before"
  else
    demo=yes
    note "$default_data_url cannot be reached: using DEMO DATA, fictional leagues and clubs"
    note "(a mirror is named by --data-url; begin anew with it after  tools/dev reset)"
  fi
  if [ "$demo" = yes ]; then data_url=http://127.0.0.1:$(port_of demo_site); fi
}

make_demo_site() {
  local made=$state/demo-site/fixtures.csv
  [ "$demo" = yes ] || return 0
  # A demo that follows the clock needs new fixtures now and then.
  if [ ! -f "$made" ] || [ "$now" != "$(cat "$state/demo-site.now" 2>/dev/null)" ] ||
    { [ -z "$now" ] && [ -n "$(find "$made" -mmin +720)" ]; }; then
    step "Writing fictional leagues (DEMO)"
    local as_of=()
    [ -z "$now" ] || as_of=(--now "$now")
    "$repo/build/release/bin/fairline-demo-league" --out "$state/demo-site" "${as_of[@]}" >"$state/log/demo-league" 2>&1 ||
      fail "the demo leagues could not be written" "see $state/log/demo-league"
    printf '%s' "$now" >"$state/demo-site.now"
  fi
  [ ! -d "$state/demo-site" ] || write_demo_site_service
}

check_http_port() {
  is_up auth_gateway && [ "$(remembered port)" = "$http_port" ] && return 0
  ! port_is_taken "$http_port" ||
    fail "port $http_port is taken by another program" "choose another one: tools/dev up --port $((http_port + 1))"
}

# A port kept from an earlier day may belong to somebody else by now.
renew_lost_ports() {
  local name
  for name in "${kServices[@]}" demo_site; do
    is_up "$name" && continue
    ! port_is_taken "$(port_of "$name")" || forget_port "$name"
    ! port_is_taken "$(port_of "$name-metrics")" || forget_port "$name-metrics"
  done
}

start_services() {
  local name
  changed=()
  step "Starting PostgreSQL and the services"
  check_settings
  prepare_postgres
  renew_lost_ports
  write_postgres_service
  make_demo_site
  for name in "${kServices[@]}"; do write_fairline_service "$name"; done
  start_supervisor
  for name in "${changed[@]}"; do stop_service "$name"; done
  start_service postgres
  await_postgres
  make_database
  migrate_database
  for name in "${kServices[@]}" demo_site; do
    [ ! -d "$state/services/$name" ] || start_service "$name"
  done
  if [ ${#changed[@]} = 0 ]; then note "all are running already"; fi
  await_healthy "${kServices[@]}"
}

run_pipeline() {
  local options=()
  [ "$data_is_reachable" = yes ] || return 0
  step "Running the pipeline (ingest, preprocess, train, register, predict)"
  [ -z "$competitions" ] || options+=(--competitions "$competitions")
  [ -z "$seasons" ] || options+=(--seasons "$seasons")
  "$repo/build/release/bin/fairline" --state-dir "$state" run start --watch "${options[@]}" 9>&- ||
    fail "the pipeline run did not end well (see above)" \
      "look at  tools/dev logs ; when the cause is gone, call tools/dev up again: it goes on from there"
}

up_targets() {
  local service
  for service in "${kServices[@]}"; do program_of "$service"; done
  printf '%s\n' fairline fairline-migrate fairline-demo-league fairline_web
}

up() {
  local began=$SECONDS targets
  parse_up_options "$@"
  step "Fairline in $state"
  install_packages build
  make_state
  lock_state
  require_free_disk "$state" 2000 "the database"
  mapfile -t targets < <(up_targets)
  build release "${targets[@]}"
  ensure_admin_password
  choose_source
  check_http_port
  start_services
  echo "http://127.0.0.1:$http_port" >"$state/url"
  remember_up_options
  run_pipeline
  step "Done in $(seconds_since "$began") s"
  [ "$demo" = no ] || note "This is a DEMO: leagues, clubs and odds are fictional."
  [ -z "$now" ] || note "It stands at $now."
  print_new_admin_password
  printf '%sready at http://localhost:%s%s\n' "$green" "$http_port" "$plain"
}
