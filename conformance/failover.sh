#!/usr/bin/env bash
# A primary is frozen, its synchronous standby is promoted, a share is taken back there, and the old primary wakes up: the node that
# still asks it must not show the image. The PostgreSQL is the distribution's; as root it runs as nobody.
#
#   failover.sh              promotes the standby itself; CI runs it
#   failover.sh patroni      leaves it to deploy/patroni, with etcd. Then the new primary is killed under load: nothing that was acknowledged
#                            may be lost. Takes two minutes, for leases have to end, so CI does not run it. Debian: patroni, etcd-server
set -euo pipefail
. "$(dirname "$0")/lib.sh"
home=$(cd "$(dirname "$0")/.." && pwd)
mode=${1:-plain}
bin=$(find /usr/lib/postgresql/*/bin -maxdepth 0 | sort -V | tail -1)
as_owner=()
chmod 711 "$scratch"
mkdir -m 711 "$scratch/postgres"
if [ "$(id -u)" = 0 ]; then
  chown nobody "$scratch/postgres"
  as_owner=(setpriv --reuid=nobody --clear-groups --)
fi
declare -A port patroni
read -r "port[old]" "port[new]" "port[node1]" "port[node2]" "port[rest_old]" "port[rest_new]" "port[etcd]" "port[etcd_peer]" < <(python3 -c '
import socket
sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(8)]
print(*(one.getsockname()[1] for one in sockets))')
sql() { "$bin/psql" -h 127.0.0.1 -p "${port[$1]}" -U test -d postgres -qtAc "$2"; }
await_primary() { until [ "$(sql "$1" 'select pg_is_in_recovery()' 2>/dev/null)" = f ]; do sleep 0.1; done; }

case $mode in
  plain)
    database=(--db.user test)
    control() { "${as_owner[@]}" "$bin/pg_ctl" -D "$scratch/postgres/$1" "${@:2}" >/dev/null; }
    start_postgres() {
      control "$1" -l "$scratch/postgres/$1.log" -w -o "-p ${port[$1]} -c listen_addresses=127.0.0.1 -c unix_socket_directories=" start
      later control "$1" -m immediate stop
    }
    await_standby() { until [ "$(sql old 'select sync_state from pg_stat_replication')" = sync ]; do sleep 0.1; done; }
    promote() { control new -w promote; }
    "${as_owner[@]}" "$bin/initdb" -D "$scratch/postgres/old" -U test --auth=trust -E UTF8 --locale=C.UTF-8 >/dev/null
    start_postgres old
    "${as_owner[@]}" "$bin/pg_basebackup" -h 127.0.0.1 -p "${port[old]}" -U test -D "$scratch/postgres/new" -R -c fast
    start_postgres new
    sql old "alter system set synchronous_standby_names = '*'"
    sql old 'select pg_reload_conf()' >/dev/null
    ;;
  patroni)
    export PGPASSWORD=secret
    database=(--db.user test --db.password "$PGPASSWORD")
    etcd=http://127.0.0.1:${port[etcd]} peer=http://127.0.0.1:${port[etcd_peer]}
    etcd --data-dir "$scratch/etcd" --listen-client-urls "$etcd" --advertise-client-urls "$etcd" --listen-peer-urls "$peer" \
      --initial-advertise-peer-urls "$peer" --initial-cluster "default=$peer" >"$scratch/etcd.log" 2>&1 &
    later kill $!
    # This machine must not be reset, and the folder of sockets is another user's.
    sed "s/mode: required/mode: off/; s/max_connections: .*/&\n        unix_socket_directories: ''/" "$home/deploy/patroni/patroni.yml" \
      >"$scratch/postgres/patroni.yml"
    start_postgres() {
      local at=127.0.0.1:${port[$1]} rest=127.0.0.1:${port[rest_$1]}
      "${as_owner[@]}" env HOME="$scratch/postgres" PATRONI_NAME="$1" PATRONI_ETCD3_HOSTS="127.0.0.1:${port[etcd]}" \
        PATRONI_RESTAPI_LISTEN="$rest" PATRONI_RESTAPI_CONNECT_ADDRESS="$rest" \
        PATRONI_POSTGRESQL_LISTEN="$at" PATRONI_POSTGRESQL_CONNECT_ADDRESS="$at" PATRONI_POSTGRESQL_BIN_DIR="$bin" \
        PATRONI_POSTGRESQL_DATA_DIR="$scratch/postgres/$1" PATRONI_POSTGRESQL_PGPASS="$scratch/postgres/$1.pgpass" \
        PATRONI_SUPERUSER_USERNAME=test PATRONI_SUPERUSER_PASSWORD="$PGPASSWORD" \
        PATRONI_REPLICATION_USERNAME=replicator PATRONI_REPLICATION_PASSWORD="$PGPASSWORD" \
        patroni "$scratch/postgres/patroni.yml" >>"$scratch/postgres/$1.log" 2>&1 &
      patroni[$1]=$!
      later wait "${patroni[$1]}"
      later kill "${patroni[$1]}" # which stops its PostgreSQL as well
    }
    # When Patroni would promote it.
    await_standby() { until curl -fs -o /dev/null "http://127.0.0.1:${port[rest_$1]}/synchronous"; do sleep 0.2; done; }
    promote() { await_primary new; }
    start_postgres old
    await_primary old
    start_postgres new
    ;;
  *) echo "failover.sh: patroni, or nothing" >&2; exit 2 ;;
esac
await_standby new
# processes NAME: those of a machine of the database, what supervises it first
processes() {
  local postmaster
  postmaster=$(head -1 "$scratch/postgres/$1/postmaster.pid")
  printf '%s\n' ${patroni[$1]:-} $(pgrep -P "$postmaster") "$postmaster"
}

# start NAME HOST,...: a node, with the databases that it may use
start() {
  "$home/vitrine" up --listen "127.0.0.1:${port[$1]}" --data "$scratch/$1" --keys "$scratch/keys" --blobs "$scratch/blobs" \
    --db "jdbc:postgresql://$2/postgres?targetServerType=primary&loadBalanceHosts=true" "${database[@]}" >"$scratch/$1.log" 2>&1 &
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

mapfile -t frozen < <(processes old)
kill -STOP "${frozen[@]}"
later kill -CONT "${frozen[@]}"
promote
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

if [ "$mode" = patroni ]; then
  await_standby old
  pass "the old primary is the synchronous standby of the new one"
  /usr/bin/python3 "$home/conformance/load.py" "$scratch/node1/clouds.yaml" "http://127.0.0.1:${port[node1]}" "$scratch/load" >"$scratch/counts" &
  load=$!
  sleep 5
  mapfile -t killed < <(processes new)
  kill -KILL "${killed[@]}"
  wait "${patroni[new]}" 2>/dev/null || true
  await_primary old
  sleep 5 # of load on the primary of now
  touch "$scratch/load"
  wait "$load"
  read -r requests failures lost gap <"$scratch/counts"
  expect "nothing is lost of what was acknowledged before and after the primary was killed" 0 "$lost"
  [ "$lost" = 0 ] || cat "$scratch/counts"
  echo "$requests requests, $failures failed; at most $gap s without an acknowledged change"
  expect "the node serves again" 200 "$(request node1 "$alice" POST "/v2/images/$image/members" "{\"member\": \"$bobs_project\"}")"
  start_postgres new
  await_standby new
  pass "the killed primary is the synchronous standby again"
fi
complete=yes
