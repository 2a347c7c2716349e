#!/usr/bin/env bash
# A primary is frozen, its synchronous standby is promoted, a share is taken back there, and the old primary wakes up: the node that
# still asks it must not show the image. The PostgreSQL is the distribution's; as root it runs as nobody.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
home=$(cd "$(dirname "$0")/.." && pwd)
bin=$(find /usr/lib/postgresql/*/bin -maxdepth 0 | sort -V | tail -1)
as_owner=()
chmod 711 "$scratch"
mkdir -m 711 "$scratch/postgres"
if [ "$(id -u)" = 0 ]; then
  chown nobody "$scratch/postgres"
  as_owner=(setpriv --reuid=nobody --clear-groups --)
fi
declare -A port
read -r "port[old]" "port[new]" "port[node1]" "port[node2]" < <(python3 -c '
import socket
sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(4)]
print(*(one.getsockname()[1] for one in sockets))')
control() { "${as_owner[@]}" "$bin/pg_ctl" -D "$scratch/postgres/$1" "${@:2}" >/dev/null; }
start_postgres() {
  control "$1" -l "$scratch/postgres/$1.log" -w -o "-p ${port[$1]} -c listen_addresses=127.0.0.1 -c unix_socket_directories=" start
  later control "$1" -m immediate stop
}
sql() { "$bin/psql" -h 127.0.0.1 -p "${port[$1]}" -U test -d postgres -qtAc "$2"; }

"${as_owner[@]}" "$bin/initdb" -D "$scratch/postgres/old" -U test --auth=trust -E UTF8 --locale=C.UTF-8 >/dev/null
start_postgres old
"${as_owner[@]}" "$bin/pg_basebackup" -h 127.0.0.1 -p "${port[old]}" -U test -D "$scratch/postgres/new" -R -c fast
start_postgres new
sql old "alter system set synchronous_standby_names = '*'"
sql old 'select pg_reload_conf()' >/dev/null
until [ "$(sql old 'select sync_state from pg_stat_replication')" = sync ]; do sleep 0.1; done

# start NAME HOST,...: a node, with the databases that it may use
start() {
  "$home/vitrine" up --listen "127.0.0.1:${port[$1]}" --data "$scratch/$1" --keys "$scratch/keys" --blobs "$scratch/blobs" \
    --db "jdbc:postgresql://$2/postgres?targetServerType=primary&loadBalanceHosts=true" --db.user test >"$scratch/$1.log" 2>&1 &
  local process=$!
  later kill "$process"
  until grep -q 'ready in' "$scratch/$1.log"; do
    kill -0 "$process" || { cat "$scratch/$1.log"; exit 1; }
    sleep 0.2
  done
}
start node1 "127.0.0.1:${port[old]},127.0.0.1:${port[new]}"
export OS_CLIENT_CONFIG_FILE=$scratch/node1/clouds.yaml
must openstack --os-cloud alice token issue -f value -c id; alice=$out
must openstack --os-cloud bob token issue -f value -c id; bob=$out
must openstack --os-cloud bob token issue -f value -c project_id; bobs_project=$out
must openstack --os-cloud alice image create --shared --disk-format raw --container-format bare -f value -c id shared; image=$out
# request NODE TOKEN METHOD PATH [BODY]: the status
request() {
  curl -s -m 60 -o /dev/null -w '%{http_code}' -X "$3" -H "X-Auth-Token: $2" -H 'Content-Type: application/json' ${5:+-d "$5"} \
    "http://127.0.0.1:${port[$1]}$4" || true
}
expect "the image is shared" 200 "$(request node1 "$alice" POST "/v2/images/$image/members" "{\"member\": \"$bobs_project\"}")"
expect "bob sees it" 200 "$(request node1 "$bob" GET "/v2/images/$image")"

mapfile -t frozen < <(pgrep -P "$(head -1 "$scratch/postgres/old/postmaster.pid")"; head -1 "$scratch/postgres/old/postmaster.pid")
kill -STOP "${frozen[@]}"
later kill -CONT "${frozen[@]}"
control new -w promote
start node2 "127.0.0.1:${port[new]}"
expect "alice takes it back at the new primary" 204 "$(request node2 "$alice" DELETE "/v2/images/$image/members/$bobs_project")"
expect "bob does not see it there" 404 "$(request node2 "$bob" GET "/v2/images/$image")"

kill -CONT "${frozen[@]}"
seen=
for _ in $(seq 120); do
  seen+=" $(request node1 "$bob" GET "/v2/images/$image")"
  sleep 0.1
done
expect_match "the node of the old primary does not show it, in 120 requests" '^( (404|503)){120}$' "$seen"
expect_match "and uses the new primary in the end" ' 404$' "$seen"
complete=yes
