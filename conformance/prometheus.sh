#!/usr/bin/env bash
# The files for Prometheus and Grafana, before a real Prometheus: it takes the configuration and the alerts, scrapes a server, evaluates each
# alert, and has data for each query of the dashboard.
#
# Installs prometheus where it is missing (Debian and Ubuntu; as root or with sudo), and stops the service that the package starts.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
home=$(cd "$(dirname "$0")/.." && pwd)
root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }

if ! command -v prometheus >/dev/null; then
  command -v apt-get >/dev/null || { echo "Missing, and there is no apt-get to install it: prometheus" >&2; exit 1; }
  root apt-get update -q
  root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends prometheus
  root service prometheus stop || true
  root update-rc.d prometheus disable
fi

works "promtool takes the configuration" promtool check config "$home/deploy/prometheus/prometheus.yml"
works "and the alerts" promtool check rules "$home/deploy/prometheus/alerts.yaml"
if [ "$failed" != 0 ]; then # it would not start
  complete=yes
  exit
fi

read -r server management prometheus < <(python3 -c '
import socket
sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(3)]
print(*("127.0.0.1:%d" % one.getsockname()[1] for one in sockets))')

chmod 711 "$scratch" # for the user of the embedded database
"$home/vitrine" up --listen "$server" --management.listen "$management" --data "$scratch/data" >"$scratch/server.log" 2>&1 &
later wait $!
later kill $!
until grep -q 'ready in' "$scratch/server.log"; do
  kill -0 $! || { cat "$scratch/server.log"; exit 1; }
  sleep 0.2
done

# What the dashboard draws besides what there is from the start: requests, bytes in both directions, and what a limit refuses.
alice() { env OS_CLIENT_CONFIG_FILE="$scratch/data/clouds.yaml" OS_CLOUD=alice VITRINE_TOKEN_CACHE=off "$home/vitrine" "$@"; }
must alice image upload "$home/LICENSE" --name scraped
must alice image download scraped --file "$scratch/LICENSE"
for _ in {1..10}; do
  curl -s -o /dev/null -H 'Content-Type: application/json' "http://$server/v3/auth/tokens" -d '{"auth": {"identity": {
    "methods": ["password"], "password": {"user": {"name": "alice", "domain": {"name": "Default"}, "password": "wrong"}}}}}'
done

# Its copy differs in the targets and in being fast.
cp "$home/deploy/prometheus/alerts.yaml" "$scratch"
sed "s/targets: .*/targets: [\"$management\"]/; s/_interval: .*/_interval: 1s/" "$home/deploy/prometheus/prometheus.yml" >"$scratch/prometheus.yml"
prometheus --config.file="$scratch/prometheus.yml" --storage.tsdb.path="$scratch/tsdb" --web.listen-address="$prometheus" \
  --log.level=warn >"$scratch/prometheus.log" 2>&1 &
later wait $!
later kill $!

until curl -sf -o /dev/null "http://$prometheus/-/ready"; do
  kill -0 $! || { cat "$scratch/prometheus.log"; exit 1; }
  sleep 0.2
done

api() { curl -s "http://$prometheus/api/v1/$1"; }
# of ELEMENTS: a line for each, which are Python's, of the JSON `d` that comes in
of() { python3 -c "import json, sys; d = json.load(sys.stdin); print(*[$1], sep='\n')"; }
# query EXPRESSION...: a line for each: data, no data, or what is wrong with it
query() {
  local one all=()
  for one in "$@"; do all+=(--next -sG -w '\n' "http://$prometheus/api/v1/query" --data-urlencode "query=$one"); done
  curl "${all[@]:1}" | python3 -c '
import json, sys
for d in map(json.loads, sys.stdin):
    print(d.get("error") or ("data" if d["data"]["result"] else "no data"))'
}
targets() { api targets | of '" ".join((t["labels"]["job"], t["labels"]["instance"], t["health"], t["lastError"])).strip() for t in d["data"]["activeTargets"]'; }
rules() { api rules | of '" ".join((r["name"], r["health"], r.get("lastError", ""))).strip() for g in d["data"]["groups"] for r in g["rules"]'; }
# soon COMMAND...: until it succeeds, but no longer than 20 seconds
soon() {
  local end=$((SECONDS + 20))
  until "$@" || [ $SECONDS -ge $end ]; do sleep 0.2; done
}

scraped() { [ "$(query 'sum_over_time(up[1m]) > 1')" = data ]; }
soon scraped
expect "the server is scraped" "vitrine $management up" "$(targets)"

evaluated() { ! rules | grep ' unknown' >/dev/null; }
soon evaluated
evaluations=$(rules)
alerts=$(sed -n 's/^ *- alert: //p' "$home/deploy/prometheus/alerts.yaml")
while read -r alert; do
  expect "$alert is evaluated" "$alert ok" "$(grep "^$alert " <<<"$evaluations")"
done <<<"$alerts"

# With what Grafana puts in for all instances.
drawn=$(of 't["expr"] for p in d["panels"] for t in p["targets"]' <"$home/deploy/grafana/vitrine.json" |
  sed 's/[$]__rate_interval/1m/g; s/[$]instance/.*/g')
mapfile -t drawn <<<"$drawn"
answers=$(query "${drawn[@]}")
mapfile -t answers <<<"$answers"
for ((i = 0; i < ${#drawn[@]}; i++)); do
  expect "the dashboard has data: ${drawn[i]}" data "${answers[i]:-}"
done
complete=yes
