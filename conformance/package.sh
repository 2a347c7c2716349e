#!/usr/bin/env bash
# The packages as an operator meets them: two builds are equal; the .deb is installed on a bare Debian that systemd has booted, serves as
# its hardened service, shares an image, is upgraded, and purged; the .tar.gz runs on a root that is read-only.
#
#   conformance/package.sh             builds all here, and again in a copy of the sources
#   conformance/package.sh --built     makes the packages twice of the programs as they are, without Maven
#
# Debian in a folder of its own takes root, debootstrap and unshare; without them only the builds are compared. systemd runs in
# namespaces of its own: nothing of the machine is changed.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
home=$(cd "$(dirname "$0")/.." && pwd)
root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }
step() { printf '== %s (%d s)\n' "$*" "$SECONDS"; }

step Build twice
source=$home
if [ "${1:-}" != --built ]; then
  source=$scratch/source
  mkdir "$source"
  (cd "$home" && git ls-files -co --exclude-standard -z | tar -c --null -T - | tar -x -C "$source")
fi
# package SOURCE OPTION...
package() { "$1/vitrine" package "${@:2}" --version 0.2.0 >"$scratch/build.log" 2>&1 || { cat "$scratch/build.log"; exit 1; }; }
package "$home" "$@" --out "$scratch/one"
package "$source" "$@" --out "$scratch/two"
deb=$(echo "$scratch"/one/*.deb) tar=$(echo "$scratch"/one/*.tar.gz)
for one in "$deb" "$tar"; do
  expect "two builds of $(basename "$one")" "$(sha256sum <"$one")" "$(sha256sum <"$scratch/two/$(basename "$one")")"
done
if command -v lintian >/dev/null; then
  expect "lintian has nothing to say" "" "$(lintian "$deb" 2>/dev/null)"
fi
works "the service's exposure is below 2.5" systemd-analyze security --no-pager --offline=true --threshold=25 "$home/deploy/systemd/vitrine.service"

if ! root true 2>/dev/null || [ ! -x /usr/sbin/debootstrap ] || ! root unshare --pid --mount --fork true; then
  echo "Not installed here: it takes root, debootstrap and namespaces."
  complete=yes
  exit
fi

# The same, as an earlier version.
old=$scratch/vitrine_0.1.9.deb
dpkg-deb -R "$deb" "$scratch/old"
sed -i 's/^Version: .*/Version: 0.1.9/' "$scratch/old/DEBIAN/control"
dpkg-deb --root-owner-group -Zgzip -z1 --build "$scratch/old" "$old" >/dev/null

step Debian
debian=$scratch/debian
later root rm -rf --one-file-system "$debian"
root /usr/sbin/debootstrap --variant=minbase --include=systemd,curl,procps bookworm "$debian" >"$scratch/debootstrap.log" 2>&1 || { tail "$scratch/debootstrap.log"; exit 1; }
root cp "$old" "$deb" "$tar" "$debian/root/"
# So that what hangs is noticed soon.
root mkdir -p "$debian/etc/systemd/system/vitrine.service.d"
printf '[Service]\nWatchdogSec=9s\n' | root tee "$debian/etc/systemd/system/vitrine.service.d/test.conf" >/dev/null

# What boots: PID 1 of namespaces, with a root of its own (user namespaces cannot be made in a chroot).
cat >"$scratch/boot" <<'END'
set -e
cd "$1"
mount --make-rprivate /
mount --bind . .
cd "$1"
mount -t proc proc proc
mount -t sysfs -o ro sysfs sys
mount -t tmpfs tmpfs run
mount -t tmpfs tmpfs tmp
mount --rbind /dev dev
mount -t tmpfs tmpfs dev/shm # where users have the same numbers as here
if [ -e /sys/fs/cgroup/cgroup.controllers ]; then
  mount -t cgroup2 cgroup sys/fs/cgroup
else
  mount -t tmpfs cgroup sys/fs/cgroup
  mkdir sys/fs/cgroup/systemd
  mount -t cgroup -o none,name=systemd cgroup sys/fs/cgroup/systemd
fi
pivot_root . mnt
umount -l /mnt
exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 container=lxc /lib/systemd/systemd --show-status=no
END
root unshare --pid --mount --uts --ipc --net --cgroup --fork --kill-child bash "$scratch/boot" "$debian" >"$scratch/systemd.log" 2>&1 &
unshare=$!
later wait "$unshare"
init() { pgrep -x systemd -P "$(pgrep -x unshare -P "$unshare" || echo "$unshare")"; }
until pid=$(init); do kill -0 "$unshare"; sleep 0.2; done
later root kill -9 "$pid"
# inside COMMAND...: as root of that Debian
inside() { root nsenter --target "$pid" --all env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 HOME=/root DEBIAN_FRONTEND=noninteractive "$@"; }
unit() { inside systemctl show vitrine.service --property "$1" --value; }
until inside systemctl is-system-running 2>/dev/null | grep -qE 'running|degraded'; do sleep 0.2; done

step Install
works "0.1.9 is installed" inside dpkg -i "/root/$(basename "$old")"
expect "its version" 0.1.9 "$(inside dpkg-query -W -f '${Version}' vitrine)"
expect "the service runs" active "$(unit ActiveState)"
expect "it has said that it is ready" "Listening on http://127.0.0.1:9292" "$(unit StatusText)"
expect "its user" vitrine "$(inside ps -o user= -p "$(unit MainPID)" 2>/dev/null || inside stat -c %U "/proc/$(unit MainPID)")"
works "starts are recorded" inside test -s /usr/lib/vitrine/server/vitrine.aot -a -s /usr/lib/vitrine/client/vitrine-cli.aot
expect "the settings are for root and the group" "640 root vitrine" "$(inside stat -c '%a %U %G' /etc/vitrine/vitrine.properties)"
expect "the data are for the service" "700 vitrine vitrine" "$(inside stat -c '%a %U %G' /var/lib/vitrine)"
expect "what the manual refers to is there" "" "$(cd "$debian/usr/share/doc/vitrine/docs/operators" && grep -oh '](\.[^)#]*' ./*.md |
  cut -c 3- | sort -u | while read -r path; do [ -e "$path" ] || [ -e "$path.gz" ] || echo "$path"; done)"
expect_match "the log is in the journal" "ready in" "$(inside journalctl -u vitrine --no-pager)"

step Share
root cp "$home/conformance/share.sh" "$debian/root/"
try inside bash /root/share.sh http://127.0.0.1:9292 /var/lib/vitrine/clouds.yaml
expect "an image is shared between two projects with the packaged client" "0 active success success" "$code $(xargs <<<"$out")"
[ "$code" = 0 ] || echo "$err"

step "A server that hangs"
main=$(unit MainPID)
inside kill -STOP "$main"
until [ "$(unit MainPID)" != "$main" ] && [ "$(unit ActiveState)" = active ]; do sleep 1; done
expect_match "is started again" "watchdog timeout" "$(inside journalctl -u vitrine --no-pager)"

step Upgrade
inside sed -i 's/^#public-url=.*/public-url=http:\/\/127.0.0.1:9292/' /etc/vitrine/vitrine.properties
works "0.2.0 is installed over it" inside dpkg -i "/root/$(basename "$deb")"
expect "the service runs again" active "$(unit ActiveState)"
expect "the settings stay" public-url=http://127.0.0.1:9292 "$(inside grep ^public-url /etc/vitrine/vitrine.properties)"
expect "the settings are still not for others" "640 root vitrine" "$(inside stat -c '%a %U %G' /etc/vitrine/vitrine.properties)"
# as_service COMMAND...: as the service's user, who owns the data
as_service() { inside setpriv --reuid=vitrine --regid=vitrine --clear-groups "$@"; }
works "the image is there" as_service vitrine verify
works "the keys of the installed server are found" as_service vitrine keys list
works "a backup is made as the service's user" as_service vitrine backup /tmp/backup

step "Settings that are refused"
inside sed -i '$a nonsense=1' /etc/vitrine/vitrine.properties
inside systemctl restart vitrine.service || true
expect "are not tried again" "failed exit-code 0" "$(unit ActiveState) $(unit Result) $(unit NRestarts)"
expect_match "and named in the journal" "nonsense in .*: no such setting" "$(inside journalctl -u vitrine --no-pager)"
inside sed -i '/^nonsense/d' /etc/vitrine/vitrine.properties
inside cp -a /var/lib/vitrine/blobs /srv/images
inside sed -i '$a blobs=/srv/images' /etc/vitrine/vitrine.properties
inside systemctl start vitrine.service || true
expect_match "a directory of images that the service may not write is named, too" "/srv/images .*cannot be written" \
  "$(inside journalctl -u vitrine --no-pager)"
inside sed -i '/^blobs/d' /etc/vitrine/vitrine.properties
# This stop takes longer than the unit allows: the server asks for more.
inside sed -i '$a shutdown.delay=10s' /etc/vitrine/vitrine.properties
printf 'TimeoutStopSec=5s\n' | root tee -a "$debian/etc/systemd/system/vitrine.service.d/test.conf" >/dev/null
inside systemctl daemon-reload
works "without them it starts" inside systemctl restart vitrine.service
works "and stops" inside systemctl stop vitrine.service
expect "with success" success "$(unit Result)"
expect "nothing is left running" "" "$(inside pgrep -u vitrine)"
inside sed -i '/^shutdown.delay/d' /etc/vitrine/vitrine.properties
inside systemctl start vitrine.service

step Remove and purge
inside rm -r /etc/systemd/system/vitrine.service.d # of this script
works "it is removed" inside dpkg -r vitrine
works "and its data stay" inside test -d /var/lib/vitrine/postgres
expect_match "purge says what it removes" "removing all images and the database in /var/lib/vitrine" "$(inside dpkg -P vitrine 2>&1)"
expect "nothing is left" "" "$(inside find / -xdev -name '*vitrine*' -not -path '/root/*' -not -path '/proc/*' -not -path '/sys/*')"

step "The .tar.gz on the same Debian, as the container has it: a root that is read-only, and an unprivileged user"
inside tar -C /opt -xzf "/root/$(basename "$tar")"
works "its start is recorded" inside /opt/vitrine-0.2.0/bin/vitrine record
inside install -d -m 700 -o nobody /var/lib/vitrine
cat >"$scratch/read-only" <<'END'
set -e
mount --bind /var/lib/vitrine /var/lib/vitrine
mount -o remount,ro,bind /
if touch /etc/writable 2>/dev/null; then echo "The root can be written"; exit 1; fi
export VITRINE_LISTEN=0.0.0.0:9292 VITRINE_DATA=/var/lib/vitrine
exec setpriv --reuid=nobody --regid=nogroup --clear-groups --no-new-privs --bounding-set=-all /opt/vitrine-0.2.0/bin/vitrine serve
END
root cp "$scratch/read-only" "$debian/root/"
inside unshare --mount bash /root/read-only >"$scratch/tar.log" 2>&1 &
until grep -q 'ready in' "$scratch/tar.log"; do kill -0 $! || { cat "$scratch/tar.log"; exit 1; }; sleep 0.5; done
expect_match "it answers" '"id": *"v2' "$(inside curl -sS http://127.0.0.1:9292/)"
expect "the recorded start is used" "" "$(grep -i aot "$scratch/tar.log")"

step Done
complete=yes
