#!/usr/bin/env bash
# What a version before has written, under this one; and nodes of both versions side by side on one database.
#
#   upgrade.sh                     a server starts on conformance/upgrade, which a version before wrote: all of it is there and works
#   upgrade.sh beside VERSION      a node of that version and one of this serve one database
#   upgrade.sh make VERSION        writes conformance/upgrade with that version
#
# VERSION is a commit, which is built, or a checkout of one.
#
# Input: DB, the JDBC URL of an empty PostgreSQL database without parameters, and DB_USER.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
: "${DB:?the JDBC URL of a database}" "${DB_USER:?its user}"
home=$(cd "$(dirname "$0")/.." && pwd)
fixture=$home/conformance/upgrade
what=${1:-check}
declare -A port
read -r "port[before]" "port[after]" < <(python3 -c '
import socket
sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(2)]
print(*(one.getsockname()[1] for one in sockets))')
url() { echo "http://127.0.0.1:${port[$1]}"; }
tenants() { /usr/bin/python3 "$home/conformance/upgrade.py" "$@"; }

# start NAME HOME OPTION...: a node of that version
start() {
  : >"$scratch/$1.log"
  "$2/vitrine" up --listen "127.0.0.1:${port[$1]}" --data "$scratch/$1" --keys "$scratch/keys" --blobs "$scratch/blobs" \
    --db "$DB" --db.user "$DB_USER" "${@:3}" >>"$scratch/$1.log" 2>&1 &
  node=$!
  later kill "$node"
  until grep -q 'ready in' "$scratch/$1.log"; do
    kill -0 "$node" || { cat "$scratch/$1.log"; exit 1; }
    sleep 0.2
  done
}

if [ "$what" != check ]; then
  version=${2:?a commit or a checkout}
  if [ ! -d "$version" ]; then
    git -C "$home" worktree add --quiet --detach "$scratch/version" "$version"
    later git -C "$home" worktree remove --force "$scratch/version"
    version=$scratch/version
  fi
  commit=$(git -C "$version" rev-parse --short HEAD)
  "$version/vitrine" version
fi
case $what in
  make)
    # A token of the fixture must not expire before the fixture does.
    start before "$version" --token.lifetime 36500d
    rm -rf "$fixture" && mkdir "$fixture"
    tenants make "$(url before)" "$scratch/before/clouds.yaml" "$fixture/state.json"
    kill "$node" && wait "$node" || true
    {
      echo "-- Written by Vitrine of commit $commit: conformance/upgrade.sh make. Its keys and passwords are of no other use."
      pg_dump --inserts --rows-per-insert=100 --no-owner --no-privileges "${DB#jdbc:}" --username "$DB_USER" |
        grep -v -e '^--' -e '^\\' -e '^$' -e '^SET ' -e 'pg_catalog.set_config'
    } >"$fixture/database.sql"
    cp "$scratch/keys" "$fixture/keys"
    cp -r "$scratch/blobs" "$fixture/blobs"
    find "$fixture" -type d -empty -delete
    works "the fixture is written" du -sh "$fixture"
    echo "$out"
    ;;
  check)
    psql --quiet --set ON_ERROR_STOP=1 -d "${DB#jdbc:}" -U "$DB_USER" -f "$fixture/database.sql" >/dev/null
    cp "$fixture/keys" "$scratch/keys"
    cp -r "$fixture/blobs" "$scratch/blobs"
    start after "$home"
    works "all that a version before has written is there and works" tenants check "$(url after)" "$fixture/state.json"
    echo "$out"
    kill "$node" && wait "$node" || true
    start after "$home"
    works "after a restart as well" tenants check "$(url after)" "$fixture/state.json"
    works "the image data belongs to the database" "$home/vitrine" verify --data "$scratch/after" --keys "$scratch/keys" \
      --blobs "$scratch/blobs" --db "$DB" --db.user "$DB_USER"
    ;;
  beside)
    start before "$version"
    tenants make "$(url before)" "$scratch/before/clouds.yaml" "$scratch/state"
    # Clients of the version before, while this one migrates the database under it.
    while [ ! -e "$scratch/migrated" ]; do tenants check "$(url before)" "$scratch/state" || touch "$scratch/failed"; done >"$scratch/load" &
    load=$!
    start after "$home"
    touch "$scratch/migrated"
    wait "$load"
    expect "the version before serves while this one migrates" no "$([ -e "$scratch/failed" ] && cat "$scratch/load" || echo no)"
    works "what one does, the other sees at once" tenants beside "$(url before)" "$(url after)" "$scratch/before/clouds.yaml"
    echo "$out"
    works "all is there, by the version before" tenants check "$(url before)" "$scratch/state"
    works "all is there, by this version" tenants check "$(url after)" "$scratch/state"
    ;;
  *) echo "upgrade.sh: check, beside VERSION or make VERSION" >&2; exit 2 ;;
esac
expect "no errors in the logs" "" "$(cat "$scratch"/*.log | grep ' ERROR ' | head -5 || true)"
complete=yes
