#!/usr/bin/env bash
# Restarts two nodes behind haproxy, one after the other, while clients send requests over kept connections. No request may fail.
# Then takes the database away from one node: no request may fail once haproxy has noticed. Then from both: the nodes answer 503.
#
# Input: DB, the JDBC URL of an empty PostgreSQL database, and DB_USER. The settings are those of deploy/haproxy/haproxy.cfg.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
: "${DB:?the JDBC URL of a database}" "${DB_USER:?its user}"
home=$(cd "$(dirname "$0")/.." && pwd)
declare -A port ready way pid relay
read -r front statistics "port[node1]" "port[node2]" "ready[node1]" "ready[node2]" "way[node1]" "way[node2]" < <(python3 -c '
import socket
sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(8)]
print(*(one.getsockname()[1] for one in sockets))')
database=${DB#jdbc:postgresql://}
[[ $database == */* ]] || { echo "DB is no URL of a server and a database: $DB"; exit 2; }

# connect NAME: the way from a node to the database
connect() {
  python3 -c '
import asyncio, sys

async def copy(source, to):
    try:
        while data := await source.read(65536):
            to.write(data)
            await to.drain()
    finally:
        to.close()

async def carry(source, to):
    there, back = await asyncio.open_connection(host, port or 5432)
    await asyncio.gather(copy(source, back), copy(there, to), return_exceptions=True)

async def main():
    async with await asyncio.start_server(carry, "127.0.0.1", int(sys.argv[1])) as server:
        await server.serve_forever()

host, _, port = sys.argv[2].partition(":")
asyncio.run(main())' "${way[$1]}" "${database%%/*}" 2>"$scratch/$1.relay" &
  relay[$1]=$!
  later kill "${relay[$1]}"
  listening "${way[$1]}" "${relay[$1]}" "$scratch/$1.relay"
}

# start NAME: both nodes share keys, blobs and database, as on two machines with a shared directory
start() {
  "$home/vitrine" up --listen "127.0.0.1:${port[$1]}" --public-url "http://127.0.0.1:$front" --data "$scratch/$1" \
    --management.listen "127.0.0.1:${ready[$1]}" --management.min-free 0B \
    --db "jdbc:postgresql://127.0.0.1:${way[$1]}/${database#*/}" --db.user "$DB_USER" --keys "$scratch/keys" --blobs "$scratch/blobs" \
    --shutdown.delay 5s >"$scratch/$1.log" 2>&1 &
  pid[$1]=$!
  later kill "${pid[$1]}"
  until grep -q 'ready in' "$scratch/$1.log"; do
    kill -0 "${pid[$1]}" || { cat "$scratch/$1.log"; exit 1; }
    sleep 0.2
  done
}

# state NODE UP|DOWN [BACKEND]: waits until haproxy has come to that about the node
state() {
  local end=$((SECONDS + 60))
  until python3 -c '
import socket, sys
with socket.create_connection(("127.0.0.1", int(sys.argv[1]))) as admin:
    admin.sendall(b"show stat\n")
    print(admin.makefile().read())' "$statistics" | grep -qE "^${3:-ready},$1,.*,$2,"; do
    [ $SECONDS -lt $end ] || { fail "haproxy says of $1" "$2" "$(tail -3 "$scratch/haproxy.log")"; exit 1; }
    sleep 0.2
  done
}

connect node1
connect node2
start node1
start node2
# What only this script asks of it.
printf 'global\n  stats socket ipv4@127.0.0.1:%s level user\n' "$statistics" >"$scratch/statistics.cfg"
LISTEN=127.0.0.1:$front NODE1=127.0.0.1:${port[node1]} NODE2=127.0.0.1:${port[node2]} \
  READY1=${ready[node1]} READY2=${ready[node2]} \
  haproxy -f "$home/deploy/haproxy/haproxy.cfg" -f "$scratch/statistics.cfg" >"$scratch/haproxy.log" 2>&1 &
haproxy=$!
later kill "$haproxy"
listening "$front" "$haproxy" "$scratch/haproxy.log"
for name in node1 node2; do
  state "$name" UP ready
  state "$name" UP alive
done

/usr/bin/python3 "$home/conformance/load.py" "$scratch/node1/clouds.yaml" "http://127.0.0.1:$front" "$scratch/load" >"$scratch/counts" &
load=$!
sleep 2
for name in node1 node2; do
  kill "${pid[$name]}"
  code=0; wait "${pid[$name]}" || code=$?
  expect "$name stops cleanly" 0 "$code"
  start "$name"
  state "$name" UP
done
touch "$scratch/load"
wait "$load"
read -r requests failures lost _ <"$scratch/counts"
expect_match "requests were sent all the time ($requests)" '^[0-9]{4,}$' "$requests"
expect "none of them failed" 0 "$failures"
expect "nothing that was acknowledged is lost" 0 "$lost"
[ "$failures $lost" = "0 0" ] || cat "$scratch/counts"

# answers COUNT: the statuses of that many logins by way of haproxy, each on a connection of its own
password=$(/usr/bin/python3 -c 'import sys, yaml; print(yaml.safe_load(open(sys.argv[1]))["clouds"]["alice"]["auth"]["password"])' \
  "$scratch/node1/clouds.yaml")
answers() {
  for ((i = 0; i < $1; i++)); do
    curl -s -o "$scratch/answer" -D "$scratch/head" -w '%{http_code}\n' -H 'Content-Type: application/json' \
      -d '{"auth": {"identity": {"methods": ["password"], "password": {"user":
          {"name": "alice", "domain": {"name": "alice"}, "password": "'"$password"'"}}}}}' "http://127.0.0.1:$front/v3/auth/tokens"
  done | sort | uniq -c | awk '{print $2 " × " $1}'
}

expect "both nodes serve" "201 × 10" "$(answers 10)"
kill "${relay[node2]}"
state node2 DOWN
expect "a node without its database gets no request" "201 × 40" "$(answers 40)"
kill "${relay[node1]}"
state node1 DOWN
expect "without a database the nodes answer" "503 × 10" "$(answers 10)"
expect_match "and say when to repeat the request" '^retry-after: 1' "$(cat "$scratch/head")"
expect_match "in the shape of the protocol" '"title": *"Service Unavailable"' "$(cat "$scratch/answer")"
connect node1
connect node2
for ((try = 0; try < 30; try++)); do
  again=$(answers 10)
  [ "$again" = "201 × 10" ] && break
  sleep 1
done
expect "both serve again" "201 × 10" "$again"
complete=yes
