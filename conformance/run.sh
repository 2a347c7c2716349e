#!/usr/bin/env bash
# Runs every conformance script against a running server with stock clients, and sums up what they counted. Installs the clients when
# they are missing (Debian and Ubuntu; as root or with sudo); starts no server.
#
#   run.sh CLOUDS.yaml      clouds: `alice` and `bob` (two projects), `admin` (the cloud administrator)
#
# IDENTITY_URL, ADMIN_USERNAME, ADMIN_PASSWORD, ADMIN_PROJECT, ADMIN_DOMAIN, REGION default to those of the cloud `admin`.
# STRICT_MEMBERS, MIN_PASSED, CONCURRENCY: see walkthrough.sh and tempest.sh. ONLY="walkthrough identity" runs just these.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
OS_CLIENT_CONFIG_FILE=$(realpath -- "${1:-${CLOUDS:?usage: run.sh CLOUDS.yaml}}"); export OS_CLIENT_CONFIG_FILE
scripts=${ONLY:-identity clients tempest services glance-cli walkthrough readme}

missing=()
lacks() { command -v "$1" >/dev/null || [ -x "/usr/sbin/$1" ] || missing+=("$2"); } # lacks COMMAND PACKAGE
lacks openstack python3-openstackclient; lacks glance python3-glanceclient; lacks tempest tempest
lacks curl curl; lacks openssl openssl; lacks mkfs.ext4 e2fsprogs
if [[ " $scripts " = *" services "* ]]; then
  dpkg-query -W python3-keystonemiddleware >/dev/null 2>&1 || missing+=(python3-keystonemiddleware)
fi
if [[ " $scripts " = *" clients "* ]]; then
  lacks go golang-go; lacks ruby ruby; lacks npm npm; lacks node nodejs
  for library in golang-github-gophercloud-gophercloud-dev ruby-fog-openstack python3-libcloud python3-psutil python3-jmespath \
    python3-jinja2 python3-yaml python3-packaging python3-cryptography python3-resolvelib debian-archive-keyring; do
    dpkg-query -W "$library" >/dev/null 2>&1 || missing+=("$library")
  done
fi
if [ ${#missing[@]} != 0 ]; then
  command -v apt-get >/dev/null || { echo "Missing, and there is no apt-get to install them: ${missing[*]}" >&2; exit 1; }
  sudo=(); [ "$(id -u)" = 0 ] || sudo=(sudo)
  "${sudo[@]}" apt-get update -q
  "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}"
fi

of_admin() { openstack --os-cloud admin configuration show --unmask -f json 2>/dev/null |
  python3 -c 'import json, sys; print(json.load(sys.stdin).get(sys.argv[1]) or sys.argv[2])' "$1" "${2:-}"; }
export IDENTITY_URL=${IDENTITY_URL:-$(of_admin auth.auth_url)}
export ADMIN_USERNAME=${ADMIN_USERNAME:-$(of_admin auth.username)} ADMIN_PASSWORD=${ADMIN_PASSWORD:-$(of_admin auth.password)}
export ADMIN_PROJECT=${ADMIN_PROJECT:-$(of_admin auth.project_name)}
export ADMIN_DOMAIN=${ADMIN_DOMAIN:-$(of_admin auth.project_domain_name Default)} REGION=${REGION:-$(of_admin region_name RegionOne)}

# Two at a time, the longest first. Each prints its output when it has ended.
logs=$(mktemp -d)
# The stock clients, without their slow start; but what the README prints runs as it does for its readers.
mkdir "$logs/bin"
/usr/bin/python3 "$here/prefork.py" "$logs/bin" openstack glance & prefork=$!
trap 'kill "$prefork" || true; rm -rf "$logs"' EXIT
export here logs
# shellcheck disable=SC2016 # expanded by the shell that xargs starts
printf '%s\n' $scripts | xargs -P "${JOBS:-2}" -I{} bash -c '
  SECONDS=0
  [ "$1" = readme ] || PATH=$logs/bin:$PATH
  bash "$here/$1.sh" >"$logs/$1" 2>&1 || true
  echo "== $1 ($SECONDS s)" | cat - "$logs/$1"' - {}

passed=0 failed=0
for script in $scripts; do
  if [[ $(tail -1 "$logs/$script") =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed$ ]]; then
    passed=$((passed + BASH_REMATCH[1])) failed=$((failed + BASH_REMATCH[2]))
  else
    failed=$((failed + 1)); echo "FAIL  $script ended without its counts"
  fi
done
echo "== together"
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
