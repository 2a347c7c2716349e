#!/usr/bin/env bash
# The message bus (docs/operators/bus.md) with a real RabbitMQ and a listener by oslo.messaging: what an image and its members go through
# arrives as Glance sends it, over TLS as well, and nothing is lost when the broker or the server is killed.
#
# Installs rabbitmq-server and python3-oslo.messaging where they are missing (Debian and Ubuntu; as root or with sudo), and stops the
# service that the package starts. The broker that is tested is another one, with folders and ports of its own, on loopback.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
home=$(cd "$(dirname "$0")/.." && pwd)
root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }

missing=()
for package in rabbitmq-server python3-oslo.messaging curl openssl; do
  dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q ' installed' || missing+=("$package")
done
if [ ${#missing[@]} != 0 ]; then
  command -v apt-get >/dev/null || { echo "Missing, and there is no apt-get to install them: ${missing[*]}" >&2; exit 1; }
  root apt-get update -q
  root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}"
  root service rabbitmq-server stop || true
  root update-rc.d rabbitmq-server disable
fi

declare -A port
# Below those that connections get, so that none takes a port while whoever listens there is dead.
names=(amqp amqps nobody distribution epmd)
for name in server one two; do names+=("$name" "management of $name"); done
mapfile -t ports < <(python3 -c '
import random, socket, sys
sockets = []
while len(sockets) < int(sys.argv[1]):
    try:
        sockets.append(socket.create_server(("127.0.0.1", random.randrange(20000, 32768))))
    except OSError:
        pass
print(*(one.getsockname()[1] for one in sockets), sep="\n")' "${#names[@]}")
for i in "${!names[@]}"; do port["${names[i]}"]=${ports[i]}; done
password=secret-of-the-bus
url=http://127.0.0.1:${port[server]}
url() { echo "http://127.0.0.1:${port[$1]}"; }

# authority NAME: one that signs certificates, for two days
authority() {
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj "/CN=$1" \
    -keyout "$scratch/$1.key" -out "$scratch/$1.pem" 2>/dev/null
}
authority signer
authority stranger
mkdir "$scratch/broker"
openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=broker -keyout "$scratch/broker/tls.key" 2>/dev/null |
  openssl x509 -req -days 2 -CA "$scratch/signer.pem" -CAkey "$scratch/signer.key" -CAcreateserial \
    -extfile <(echo subjectAltName=DNS:localhost) -out "$scratch/broker/tls.pem" 2>/dev/null

# A broker of our own. Its name server of Erlang, too: the broker would start one that outlives it.
cat >"$scratch/broker/rabbitmq.conf" <<END
listeners.tcp.1 = 127.0.0.1:${port[amqp]}
listeners.ssl.1 = 127.0.0.1:${port[amqps]}
ssl_options.certfile = $scratch/broker/tls.pem
ssl_options.keyfile = $scratch/broker/tls.key
default_user = glance
default_pass = $password
default_vhost = cloud
END
touch "$scratch/broker/plugins" "$scratch/broker/environment"
ERL_EPMD_PORT=${port[epmd]} epmd -address 127.0.0.1 >"$scratch/epmd.log" 2>&1 &
later kill $!
start_broker() {
  env HOME="$scratch/broker" ERL_EPMD_PORT="${port[epmd]}" ERL_EPMD_ADDRESS=127.0.0.1 RUNNING_UNDER_SYSTEMD=yes \
    RABBITMQ_CONF_ENV_FILE="$scratch/broker/environment" RABBITMQ_CONFIG_FILE="$scratch/broker/rabbitmq.conf" \
    RABBITMQ_ENABLED_PLUGINS_FILE="$scratch/broker/plugins" RABBITMQ_NODENAME=vitrine@localhost \
    RABBITMQ_MNESIA_BASE="$scratch/broker/data" RABBITMQ_LOG_BASE="$scratch/broker/log" RABBITMQ_DIST_PORT="${port[distribution]}" \
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS='-kernel inet_dist_use_interface {127,0,0,1}' \
    /usr/lib/rabbitmq/bin/rabbitmq-server >>"$scratch/broker.log" 2>&1 &
  broker=$!
  later kill -9 "$broker"
  listening "${port[amqp]}" "$broker" "$scratch/broker.log"
}
kill_broker() { kill -9 "$broker"; wait "$broker" 2>/dev/null || true; }

# run NAME SETTING ...: a server
declare -A server
run() {
  "$home/vitrine" up --listen "127.0.0.1:${port[$1]}" --management.listen "127.0.0.1:${port[management of $1]}" "${@:2}" \
    >>"$scratch/$1.log" 2>&1 &
  server[$1]=$!
  later kill "${server[$1]}"
  until curl -fs -o /dev/null "$(url "management of $1")/ready"; do
    kill -0 "${server[$1]}" || { cat "$scratch/$1.log"; exit 1; }
    sleep 0.2
  done
}
kill_server() { kill -9 "${server[$1]}"; wait "${server[$1]}" 2>/dev/null || true; }
# start SETTING ...: one that publishes at $bus
bus=amqp://127.0.0.1:${port[amqp]}/cloud
start() { VITRINE_BUS_PASSWORD=$password run server --data "$scratch/data" --bus.url "$bus" --bus.user glance "$@"; }
stop() { kill "${server[server]}"; wait "${server[server]}" || true; }

# listen NAME EXCHANGE TOPIC QUEUES: writes each notification as a line of JSON to a file of that name; queues as bus.queues says
cat >"$scratch/listen.py" <<'END'
import json, sys
import oslo_messaging
from oslo_config import cfg

url, exchange, topic, queues, path = sys.argv[1:]
conf = cfg.ConfigOpts()
conf([])
transport = oslo_messaging.get_notification_transport(conf, url=url)
conf.set_override("amqp_durable_queues", queues == "durable", group="oslo_messaging_rabbit")
conf.set_override("rabbit_quorum_queue", queues == "quorum", group="oslo_messaging_rabbit")
out = open(path, "a", buffering=1)

class Endpoint:
    def info(self, context, publisher, event, payload, metadata):
        out.write(json.dumps(dict(context=context, publisher=publisher, event=event, payload=payload, **metadata)) + "\n")

listener = oslo_messaging.get_notification_listener(
    transport, [oslo_messaging.Target(topic=topic, exchange=exchange)], [Endpoint()], executor="threading")
listener.start(override_pool_size=1) # more threads would write in another order than that of the messages
listener.wait()
END
listen() {
  touch "$scratch/$1"
  /usr/bin/python3 "$scratch/listen.py" "rabbit://glance:$password@127.0.0.1:${port[amqp]}/cloud" "$2" "$3" "$4" "$scratch/$1" \
    >>"$scratch/$1.log" 2>&1 &
  later kill $!
}

# queue look NAME, queue declare, queue read: what a client of the broker does
cat >"$scratch/client.py" <<'END'
import sys, time
import amqp

host, password, does, *names = sys.argv[1:]
with amqp.Connection(host, "glance", password, virtual_host="cloud") as connection, connection.channel() as channel:
    if does == "declare":
        channel.queue_declare("small.info", durable=True, auto_delete=False,
                              arguments={"x-max-length": 5, "x-overflow": "reject-publish"})
    for name in names:
        channel.queue_declare(name + ".info", passive=True)
    while does == "read":
        if channel.basic_get("small.info", no_ack=True) is None:
            time.sleep(0.1)
END
queue() { /usr/bin/python3 "$scratch/client.py" "127.0.0.1:${port[amqp]}" "$password" "$@"; }

# request TOKEN METHOD PATH [BODY]: prints the answer; fails unless it is 2xx
request() {
  curl -fs -m 10 -X "$2" -H "X-Auth-Token: $1" -H "Content-Type: ${type:-application/json}" ${4:+--data-binary "$4"} "$url$3"
}
field() { python3 -c 'import json, sys; print(json.load(sys.stdin)[sys.argv[1]])' "$1"; }
# token CLOUD: sets $token and $project
token() {
  python3 -c '
import json, sys, yaml
auth = yaml.safe_load(open(sys.argv[1]))["clouds"][sys.argv[2]]["auth"]
user = {"name": auth["username"], "password": auth["password"], "domain": {"name": auth["user_domain_name"]}}
project = {"name": auth["project_name"], "domain": {"name": auth["project_domain_name"]}}
print(json.dumps({"auth": {"identity": {"methods": ["password"], "password": {"user": user}}, "scope": {"project": project}}}))' \
    "$scratch/data/clouds.yaml" "$1" >"$scratch/login"
  token=$(curl -fs -D - -o "$scratch/token" -H 'Content-Type: application/json' "$url/v3/auth/tokens" -d @"$scratch/login" |
    tr -d '\r' | sed -n 's/^X-Subject-Token: //Ip')
  project=$(python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["token"]["project"]["id"])' "$scratch/token")
}
image() { request "$alice" POST /v2/images '{"name": "'"$1"'", "disk_format": "raw", "container_format": "bare", "visibility": "shared",
  "min_ram": 64, "tags": ["t"], "flavour": "sour"}' | field id; }
# soon COMMAND...: until it succeeds, but no longer than 60 seconds
soon() {
  local end=$((SECONDS + 60))
  until "$@" || [ $SECONDS -ge $end ]; do sleep 0.2; done
}
lines() { [ "$(wc -l <"$scratch/$1")" -ge "$2" ]; }
# metric NAME [SERVER]
metric() { curl -s "$(url "management of ${2:-server}")/metrics" | sed -n "s/^$1 //p"; }
failures() { [ "$(metric vitrine_bus_failures_total | cut -d. -f1)" -ge "$1" ]; }

chmod 711 "$scratch" # for the user of the embedded database
start_broker

# First with what is the default on both sides. The listener comes last: what happened before waits for it.
start
token alice; alice=$token alices=$project
token bob; bob=$token bobs=$project
story=$(image story)
type=application/octet-stream request "$alice" PUT "/v2/images/$story/file" 12345
request "$alice" POST "/v2/images/$story/members" '{"member": "'"$bobs"'"}' >/dev/null
request "$bob" PUT "/v2/images/$story/members/$bobs" '{"status": "accepted"}' >/dev/null
request "$alice" DELETE "/v2/images/$story/members/$bobs"
# A notification has the values of the time when it is sent, so each is awaited.
published() { [ "$(metric vitrine_bus_events_total | cut -d. -f1)" -ge "$1" ]; }
patch() { type=application/openstack-images-v2.1-json-patch request "$alice" PATCH "/v2/images/$story" "[$1]" >/dev/null; }
soon published 5
patch '{"op": "replace", "path": "/name", "value": "saga"}'
soon published 6
patch '{"op": "replace", "path": "/flavour", "value": "sweet"}'
soon published 7
request "$alice" PUT "/v2/images/$story/tags/u"
soon published 8
request "$alice" DELETE "/v2/images/$story"
listen story glance notifications transient
soon lines story 11
sleep 1
cat >"$scratch/story.py" <<'END'
import json, sys
path, story, alice, bob = sys.argv[1:]
told = [json.loads(line) for line in open(path)]
print("events:", *[one["event"] for one in told])
print("publishers:", *{one["publisher"] for one in told})
print("ids:", len({one["message_id"] for one in told}))
by = {one["event"]: one["payload"] for one in told}
image, member = by["image.create"], by["image.member.create"]
assert {one["context"].get("user_id") is not None for one in told} == {True}, told
assert all(one["context"]["request_id"].startswith("req-") for one in told), told
print("create:", image["id"] == story, image["owner"] == alice, image["status"], image["name"], image["visibility"], image["is_public"],
      image["min_ram"], image["size"], image["checksum"], image["properties"], image["tags"], image["deleted"], image["deleted_at"])
active = by["image.activate"]
print("activate:", active["status"], active["size"], active["checksum"], active["disk_format"], active["container_format"])
for event in "image.member.create", "image.member.update", "image.member.delete":
    one = by[event]
    print(f"{event}:", one["image_id"] == story, one["member_id"] == bob, one["status"], one["deleted"], one["deleted_at"] is not None)
print("updates:", *[(one["payload"]["name"], one["payload"]["properties"], one["payload"]["tags"]) for one in told if one["event"] == "image.update"])
gone = by["image.delete"]
print("delete:", gone["id"] == story, gone["name"], gone["owner"] == alice, gone["status"], gone["visibility"], gone["size"], gone["created_at"] == image["created_at"], gone["deleted"], gone["deleted_at"] is not None)
END
try /usr/bin/python3 "$scratch/story.py" "$scratch/story" "$story" "$alices" "$bobs"
told=$out$err
expect_line "the story arrives in its order, as Glance names its steps" "events: image.create image.upload image.activate image.update \
image.member.create image.member.update image.member.delete image.update image.update image.update image.delete" "$told"
expect_line "the publisher is the host of the service" "publishers: image.127.0.0.1" "$told"
expect_line "each notification has an id of its own" "ids: 11" "$told"
expect_line "an image as it was made" "create: True True queued story shared False 64 None None {'flavour': 'sour'} ['t'] False None" "$told"
expect_line "an image with its bytes" "activate: active 5 827ccb0eea8a706c4c34a16891f84e7b raw bare" "$told"
expect_line "an offer" "image.member.create: True True pending False False" "$told"
expect_line "its answer" "image.member.update: True True accepted False False" "$told"
expect_line "its end" "image.member.delete: True True accepted True True" "$told"
expect_line "its bytes, another name, another property, another tag" "updates: ('story', {'flavour': 'sour'}, ['t']) ('saga', {'flavour': 'sour'}, ['t']) \
('saga', {'flavour': 'sweet'}, ['t']) ('saga', {'flavour': 'sweet'}, ['t', 'u'])" "$told"
expect_line "an image that is deleted" "delete: True saga True deleted shared 5 True True True" "$told"
stop

# Then with a queue that the broker keeps.
listen kept images kept durable
kept=(--bus.exchange images --bus.topic kept --bus.queues durable)
start "${kept[@]}"
token alice; alice=$token
# change N [SERVER [DONE]]: makes and deletes so many images; notes what the server has acknowledged
cat >"$scratch/change.py" <<'END'
import http.client, json, sys

host, token, count, done = sys.argv[1:]
connection = http.client.HTTPConnection(host, timeout=20)

def request(method, path, body=None):
    try:
        connection.request(method, path, body, {"X-Auth-Token": token, "Content-Type": "application/json"})
        response = connection.getresponse()
        return response.status, response.read()
    except (OSError, http.client.HTTPException):
        connection.close()
        return 0, b""

with open(done, "a", buffering=1) as done:
    for _ in range(int(count)):
        status, body = request("POST", "/v2/images", "{}")
        if status == 201:
            image = json.loads(body)["id"]
            print(image, "create", file=done)
            if request("DELETE", "/v2/images/" + image)[0] == 204:
                print(image, "delete", file=done)
END
change() { /usr/bin/python3 "$scratch/change.py" "127.0.0.1:${port[${2:-server}]}" "$alice" "$1" "$scratch/${3:-done}"; }
change 20
kill_broker
change 300
expect_match "with the broker away, the server is ready" '"database":' "$(curl -fs "$(url "management of server")/ready")"
waits() { [ "$(metric vitrine_bus_oldest_seconds | cut -d. -f1)" -ge 3 ]; }
soon waits
works "and a metric tells how long events wait" waits
warnings() { grep -c "The message bus takes no events: $1" "$scratch/server.log"; }
sleep 8
expect "the log tells of it once" 1 "$(warnings "127.0.0.1:${port[amqp]}")"
before=$(wc -l <"$scratch/kept")
start_broker
again() { lines kept $((before + 1)); }
soon again # the server is sending what waited
kill_server server
works "the server was killed when it had sent a part of what waited" [ "$(wc -l <"$scratch/kept")" -lt 600 ]
change 3 # nobody answers
start "${kept[@]}"
change 20
cat >"$scratch/lost.py" <<'END'
import json, sys
first, place = {}, 0
for line in open(sys.argv[1]):
    one = json.loads(line)
    place += 1
    first.setdefault((one["payload"]["id"], one["event"]), (place, set()))[1].add(one["message_id"])
done = [tuple(line.split()) for line in open(sys.argv[2])]
print("done:", len(done))
print("lost:", *[step for step in done if (step[0], "image." + step[1]) not in first])
print("out of order:", *[image for image, event in first if event == "image.delete"
                         and first.get((image, "image.create"), (place + 1,))[0] > first[image, event][0]])
print("with several ids:", *[key for key, (_, ids) in first.items() if len(ids) > 1])
END
# all_told LISTENER DONE LEAST: it has heard of all that was done, which is so much, and in order
all() { /usr/bin/python3 "$scratch/lost.py" "$scratch/$1" "$scratch/$2"; }
none_lost() { grep -qx 'lost:' <<<"$(all "$1" "$2")"; }
all_told() {
  soon none_lost "$1" "$2"
  told=$(all "$1" "$2")
  works "enough was done" [ "$(sed -n 's/^done: //p' <<<"$told")" -ge "$3" ]
  expect_line "nothing is lost" "lost:" "$told"
  expect_line "each image was made before it was deleted" "out of order:" "$told"
  expect_line "what comes twice has the same id" "with several ids:" "$told"
}
all_told kept "done" 680
idle() { [ "$(metric vitrine_bus_oldest_seconds)" = 0.0 ]; }
soon idle
works "nothing waits any more" idle
stop

# Then over TLS: the certificate is for localhost.
listen secure images secure durable
secure=(--bus.exchange images --bus.topic secure --bus.queues durable)
# distrusted WHAT HOST AUTHORITY REASON: what happens waits, and the log says why
distrusted() {
  bus=amqps://$2:${port[amqps]}/cloud start "${secure[@]}" --bus.ca "$scratch/$3.pem"
  change 1
  soon failures 2
  works "$1: nothing is sent" failures 2
  expect "$1: the log says it once" 1 "$(warnings "$2:${port[amqps]}: its certificate is not accepted: $4")"
  expect_match "$1: the server goes on serving" '"database":' "$(curl -fs "$(url "management of server")/ready")"
  stop
}
distrusted "an authority that did not sign the broker's certificate" localhost stranger 'unable to find valid certification path'
distrusted "a certificate of another host" 127.0.0.1 signer 'No subject alternative names matching IP address 127.0.0.1'
expect "no listener has heard of it" 0 "$(wc -l <"$scratch/secure")"
expect "the log has neither an error nor a trace of the stack" "" "$(grep -m 1 -e ' ERROR ' -e $'^\tat ' "$scratch/server.log" || true)"
bus=amqps://localhost:${port[amqps]}/cloud start "${secure[@]}" --bus.ca "$scratch/signer.pem"
soon lines secure 4
works "with the authority that signed it, all of it is sent" lines secure 4
stop

# Then quorum queues: one that a listener made, and that bus.queues does not speak of; and one that we make.
events() { /usr/bin/python3 -c 'import json, sys; print(*(json.loads(line)["event"] for line in sys.stdin))' <"$scratch/$1"; }
listen quorum replicated quorum quorum
has_queue() { queue look "$1" 2>/dev/null; }
soon has_queue quorum
start --bus.exchange replicated --bus.topic quorum
change 1
soon lines quorum 2
expect "a quorum queue that is there is used as it is" "image.create image.delete" "$(events quorum)"
expect "and nothing is a failure" 0.0 "$(metric vitrine_bus_failures_total)"
stop
start --bus.exchange replicated --bus.topic ours --bus.queues quorum
change 1
soon has_queue ours
listen ours replicated ours quorum
soon lines ours 2
expect "a quorum queue that we made is that of a listener" "image.create image.delete" "$(events ours)"
stop

# Then two servers on the database of a third, which publishes nothing; and of four brokers only one is there.
run server --data "$scratch/data"
# serve NAME
serve() {
  local nobody=127.0.0.1:${port[nobody]}
  VITRINE_BUS_PASSWORD=$password VITRINE_DB_PASSWORD=$(<"$scratch/data/postgres/password") run "$1" --data "$scratch/$1" --keys "$scratch/data/keys" \
    --blobs "$scratch/data/blobs" --db "jdbc:postgresql://127.0.0.1:$(sed -n 4p "$scratch/data/postgres/data/postmaster.pid")/vitrine" \
    --db.user vitrine --db.connections 5 --bus.url "amqp://$nobody,$nobody,$nobody,127.0.0.1:${port[amqp]}/cloud" --bus.user glance \
    --bus.exchange images --bus.topic pair --bus.queues durable
}
listen pair images pair durable
serve one
serve two
both() { for name in one two; do [ "$(metric vitrine_bus_events_total "$name" | cut -d. -f1)" -gt 0 ] || return 1; done; }
for victim in one two; do
  change 500 one "done-by-one" &
  load=($!)
  change 500 two "done-by-two" &
  load+=($!)
  soon both
  works "two servers take turns" both
  kill_server "$victim"
  wait "${load[@]}"
  serve "$victim"
done
change 10 one done-by-one
cat "$scratch"/done-by-* >"$scratch/done-by-both"
all_told pair done-by-both 1500
for name in one two; do kill "${server[$name]}"; wait "${server[$name]}" || true; done
stop

# At last a queue that takes five messages at a time.
queue declare
start --bus.exchange images --bus.topic small --bus.queues durable
change 6
soon failures 1
works "a full queue is a failure" failures 1
queue read 2>/dev/null &
later kill $!
soon idle
works "a queue that takes less than a batch gets all of it" idle

expect "no log has the password" "" "$(grep -l "$password" "$scratch"/{server,one,two}.log || true)"
[ "$failed" = 0 ] || tail -n 40 "$scratch"/*.log
complete=yes
