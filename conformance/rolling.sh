#!/usr/bin/env bash
# Restarts two nodes behind haproxy, one after the other, while clients send requests over kept connections. No request may fail.
#
# Input: DB, the JDBC URL of an empty PostgreSQL database, and DB_USER. The settings are those of deploy/haproxy/haproxy.cfg.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
: "${DB:?the JDBC URL of a database}" "${DB_USER:?its user}"
home=$(cd "$(dirname "$0")/.." && pwd)
declare -A port pid
read -r front "port[node1]" "port[node2]" < <(python3 -c '
import socket
sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(3)]
print(*(one.getsockname()[1] for one in sockets))')

# start NAME: both nodes share keys, blobs and database, as on two machines with a shared directory
start() {
  "$home/vitrine" up --listen "127.0.0.1:${port[$1]}" --public-url "http://127.0.0.1:$front" --data "$scratch/$1" \
    --db "$DB" --db.user "$DB_USER" --keys "$scratch/keys" --blobs "$scratch/blobs" --shutdown.delay 5s >"$scratch/$1.log" 2>&1 &
  pid[$1]=$!
  later kill "${pid[$1]}"
  until grep -q 'ready in' "$scratch/$1.log"; do
    kill -0 "${pid[$1]}" || { cat "$scratch/$1.log"; exit 1; }
    sleep 0.2
  done
}

start node1
start node2
LISTEN=127.0.0.1:$front NODE1=127.0.0.1:${port[node1]} NODE2=127.0.0.1:${port[node2]} \
  haproxy -f "$home/deploy/haproxy/haproxy.cfg" >"$scratch/haproxy.log" 2>&1 &
later kill $!
sleep 3

/usr/bin/python3 "$home/conformance/load.py" "$scratch/node1/clouds.yaml" "http://127.0.0.1:$front" "$scratch/load" >"$scratch/counts" &
load=$!
sleep 2
for name in node1 node2; do
  kill "${pid[$name]}"
  code=0; wait "${pid[$name]}" || code=$?
  expect "$name stops cleanly" 0 "$code"
  start "$name"
  sleep 4 # until haproxy sends to it again
done
touch "$scratch/load"
wait "$load"
read -r requests failures lost _ <"$scratch/counts"
expect_match "requests were sent all the time ($requests)" '^[0-9]{4,}$' "$requests"
expect "none of them failed" 0 "$failures"
expect "nothing that was acknowledged is lost" 0 "$lost"
[ "$failures $lost" = "0 0" ] || cat "$scratch/counts"
complete=yes
