#!/usr/bin/env bash
# The container images as an operator meets them: the one for production (deploy/container) is built, runs on a read-only root as an
# unprivileged user without capabilities, shares an image, survives the death of its database, stops with success, and keeps its data. The
# double (Containerfile) is built from the sources, and serves its demo tenants.
#
#   conformance/container.sh             both
#   conformance/container.sh --built     the one for production, of the programs as they are, without Maven; CI runs this
#
# Takes root or sudo; installs podman and runc where they are missing (Debian and Ubuntu). No registry is asked: the base is Debian's own, by
# debootstrap, and this machine's JDK. The containers have no network but their own loopback.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
home=$(cd "$(dirname "$0")/.." && pwd)
built=("${@:1:1}")
root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }
step() { printf '== %s (%d s)\n' "$*" "$SECONDS"; }

missing=()
for command in podman runc debootstrap; do
  command -v $command >/dev/null || [ -x "/usr/sbin/$command" ] || missing+=("$command")
done
if [ ${#missing[@]} != 0 ]; then
  command -v apt-get >/dev/null || { echo "Missing, and there is no apt-get to install them: ${missing[*]}" >&2; exit 1; }
  root apt-get update -q
  root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}"
fi

# podman COMMAND...: with a storage of its own. runc, because Debian's crun refuses machines with both versions of cgroups.
podman() { root env podman --root "$scratch/store" --runroot "$scratch/run" --runtime runc --log-level fatal "$@"; }
# Explicitly, because podman wants to raise the limits, and it may not everywhere.
limits=(--ulimit nofile=4096:4096 --ulimit nproc=4096:4096)
build() { podman build --format docker "$@" >"$scratch/build.log" 2>&1 || { tail -30 "$scratch/build.log"; exit 1; }; }

step Debian as the base
later root rm -rf --one-file-system "$scratch/debian" "$scratch/store" "$scratch/run"
later root umount -R "$scratch/store/overlay"
root /usr/sbin/debootstrap --variant=minbase bookworm "$scratch/debian" >"$scratch/debootstrap.log" 2>&1 || { tail "$scratch/debootstrap.log"; exit 1; }
root rm -rf "$scratch/debian/var/cache/apt/archives"
root tar -C "$scratch/debian" -c . | podman import -q - localhost/debian >/dev/null 2>&1

step Build the image for production
"$home/vitrine" package "${built[@]}" --version 0.2.0 --out "$scratch/package" >"$scratch/package.log" 2>&1 || { cat "$scratch/package.log"; exit 1; }
app=$scratch/package/vitrine-0.2.0
build --network none --build-arg BASE=localhost/debian -t localhost/vitrine -f "$home/deploy/container/Containerfile" "$app"
of_image() { podman image inspect --format "{{$2}}" "localhost/$1"; }
expect "its user is a number, and not root" 64292:64292 "$(of_image vitrine .Config.User)"
expect "only the data are a volume" 'map[/var/lib/vitrine:map[]]' "$(of_image vitrine .Config.Volumes 2>/dev/null | sed 's/{}/map[]/')"
expect "its signal to stop" SIGTERM "$(of_image vitrine .Config.StopSignal)"
expect "its label" Vitrine "$(of_image vitrine 'index .Config.Labels "org.opencontainers.image.title"')"

if ! podman run --rm --network none "${limits[@]}" --entrypoint /bin/true localhost/vitrine 2>"$scratch/run.log"; then
  echo "Built, but not run: this machine runs no containers: $(cat "$scratch/run.log")"
  complete=yes
  exit
fi

step Run it
mkdir -m 755 "$scratch/etc"
echo 'public-url=http://localhost:9292' >"$scratch/etc/vitrine.properties"
# run NAME OPTION... IMAGE COMMAND...: as its documentation says, but for the network
run() {
  podman run -d --name "$1" --read-only --cap-drop all --security-opt no-new-privileges --network none "${limits[@]}" "${@:2}" >/dev/null
  later podman rm -f -t 0 "$1"
}
# ready NAME COUNT: until it has started that often
ready() {
  until [ "$(podman logs "$1" 2>&1 | grep -c 'ready in')" -ge "$2" ]; do
    [ "$(podman inspect --format '{{.State.Running}}' "$1")" = true ] || { podman logs "$1"; exit 1; }
    sleep 0.2
  done
}
# inside NAME COMMAND...: a program of this machine in the container's network
inside() { root nsenter --target "$(podman inspect --format '{{.State.Pid}}' "$1")" --net -- "${@:2}"; }
run vitrine -v "$scratch/etc:/etc/vitrine:ro" -v data:/var/lib/vitrine -e VITRINE_REGION=Elsewhere localhost/vitrine
ready vitrine 1
expect "it runs as that user, without capabilities" "64292 0000000000000000" \
  "$(podman exec vitrine sed -n 's/^Uid:\t\([0-9]*\).*/\1/p; s/^CapEff:\t//p' /proc/1/status | xargs)"
refused "the root cannot be written" "read-only" podman exec --user 0 vitrine touch /etc/written
refused "nor by the server" "read-only|denied" podman exec vitrine touch /usr/lib/vitrine/written
works "the data can" podman exec vitrine test -s /var/lib/vitrine/clouds.yaml
expect_match "it listens on all addresses" '"id": *"v2' "$(inside vitrine curl -sS http://127.0.0.2:9292/)"
expect_match "the file of settings is read" 'http://localhost:9292' "$(inside vitrine curl -sS http://127.0.0.1:9292/)"
expect_match "a variable is read" 'region_name: Elsewhere' "$(podman exec vitrine cat /var/lib/vitrine/clouds.yaml)"
expect "the recorded start is used" "" "$(podman logs vitrine 2>&1 | grep -i aot)"
works "it is healthy" podman healthcheck run vitrine
main=$(podman inspect --format '{{.State.Pid}}' vitrine)
root kill -STOP "$main"
refused "it is not while it hangs" "" podman healthcheck run vitrine
root kill -CONT "$main"

podman exec vitrine cat /var/lib/vitrine/clouds.yaml >"$scratch/clouds.yaml"
try inside vitrine env PATH="$app/bin:$PATH" "$home/conformance/share.sh" http://127.0.0.1:9292 "$scratch/clouds.yaml"
expect "an image is shared between two projects with the packaged client" "0 active success success" "$code $(xargs <<<"$out")"
[ "$code" = 0 ] || echo "$err"

# No init: the server is process 1, and reaps nobody.
podman exec vitrine bash -c 'kill -9 "$(head -n 1 /var/lib/vitrine/postgres/data/postmaster.pid)"'
until podman logs vitrine 2>&1 | grep -q 'The database answers again'; do sleep 0.2; done
pass "the embedded database is started again when it dies"

step Restart
works "it stops within its time" podman stop -t 60 vitrine
expect "with success" "0 false" "$(podman inspect --format '{{.State.ExitCode}} {{.State.OOMKilled}}' vitrine)"
works "the image's data are there, and well" podman run --rm --read-only --network none "${limits[@]}" -v data:/var/lib/vitrine \
  localhost/vitrine verify
podman start vitrine >/dev/null
ready vitrine 2
expect "bob has the image after the restart" golden "$(inside vitrine env PATH="$app/bin:$PATH" OS_AUTH_URL=http://127.0.0.1:9292/identity/v3 \
  OS_USERNAME=bob OS_PASSWORD='a long enough password' OS_PROJECT_NAME=bob OS_USER_DOMAIN_NAME=Default OS_PROJECT_DOMAIN_NAME=Default \
  VITRINE_TOKEN_CACHE=off vitrine image list -f value -c name)"
works "it stops again" podman stop -t 60 vitrine

if [ "${built[*]}" != --built ]; then
  step Build the double
  jdk=${JAVA_HOME:-$(dirname "$(grep -lE '^JAVA_VERSION="(2[5-9]|[3-9][0-9])' /usr/lib/jvm/*/release | head -n 1)")}
  printf 'FROM localhost/debian\nCOPY . /opt/jdk\nENV JAVA_HOME=/opt/jdk PATH=/opt/jdk/bin:/usr/sbin:/usr/bin:/sbin:/bin\n' >"$scratch/jdk"
  build -t localhost/jdk -f "$scratch/jdk" "$jdk"
  # The sources of packages and libraries are this machine's.
  build --network host -v "$HOME/.m2:/root/.m2:O" -v /etc/apt:/etc/apt:ro --build-arg JDK=localhost/jdk --build-arg JRE=localhost/jdk \
    -t localhost/vitrine-double "$home"
  expect "its user is a number, and not root" 64292:64292 "$(of_image vitrine-double .Config.User)"

  step Run the double
  run double localhost/vitrine-double
  ready double 1
  works "it is healthy" podman healthcheck run double
  expect "it runs as that user" 64292 "$(podman exec double stat -c %u /proc/1)"
  podman exec double bash -c 'cat /tmp/*/clouds.yaml' >"$scratch/double.yaml"
  works "alice signs in" inside double env PATH="$app/bin:$PATH" OS_CLIENT_CONFIG_FILE="$scratch/double.yaml" OS_CLOUD=alice \
    VITRINE_TOKEN_CACHE=off vitrine image list
  works "it stops within its time" podman stop -t 60 double
  expect "with success" 0 "$(podman inspect --format '{{.State.ExitCode}}' double)"
fi
step Done
complete=yes
