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

/usr/bin/python3 - "$scratch/node1/clouds.yaml" "http://127.0.0.1:$front" "$scratch/load" >"$scratch/counts" <<'PY' &
"""Sixteen clients with a kept connection each: they share and take back, list and show, until the file STOP is there."""
import http.client, json, os, sys, threading, urllib.parse, yaml
clouds, front, stop = sys.argv[1:]
at = urllib.parse.urlsplit(front)
clouds = yaml.safe_load(open(clouds))['clouds']

def connection():
    return http.client.HTTPConnection(at.hostname, at.port, timeout=30)

def token(name):
    auth = clouds[name]['auth']
    body = {'auth': {'identity': {'methods': ['password'], 'password': {'user': {
        'name': auth['username'], 'password': auth['password'], 'domain': {'name': auth['user_domain_name']}}}},
        'scope': {'project': {'name': auth['project_name'], 'domain': {'name': auth['project_domain_name']}}}}}
    one = connection()
    one.request('POST', '/v3/auth/tokens', json.dumps(body), {'Content-Type': 'application/json'})
    answer = one.getresponse()
    return answer.getheader('X-Subject-Token'), json.load(answer)['token']['project']['id']

alice, _ = token('alice')
_, bob = token('bob')
done, failed, lock = [0], [], threading.Lock()

def client():
    one = connection()
    def send(method, path, body=None):
        try:
            one.request(method, path, body and json.dumps(body), {'X-Auth-Token': alice, 'Content-Type': 'application/json'})
            answer = one.getresponse()
            text = answer.read()
            if answer.status >= 300:
                raise ValueError('%d %s' % (answer.status, text[:200]))
        except (OSError, http.client.HTTPException, ValueError) as e:
            one.close()
            text = b'{}'
            with lock:
                failed.append('%s %s: %r' % (method, path, e))
        with lock:
            done[0] += 1
        return text
    image = json.loads(send('POST', '/v2/images', {'name': 'rolling', 'disk_format': 'raw', 'container_format': 'bare'}))['id']
    while not os.path.exists(stop):
        send('POST', '/v2/images/%s/members' % image, {'member': bob})
        send('GET', '/v2/images/%s/members' % image)
        send('GET', '/v2/images?limit=5')
        send('GET', '/v2/images/' + image)
        send('DELETE', '/v2/images/%s/members/%s' % (image, bob))

threads = [threading.Thread(target=client) for _ in range(16)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
print(done[0], len(failed))
print('\n'.join(failed[:20]))
PY
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
read -r requests failures <"$scratch/counts"
expect_match "requests were sent all the time ($requests)" '^[0-9]{4,}$' "$requests"
expect "none of them failed" 0 "$failures"
[ "$failures" = 0 ] || cat "$scratch/counts"
complete=yes
