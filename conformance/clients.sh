#!/usr/bin/env bash
# Plays the share story through clients that other people's tools are built on, each as it is packaged: openstacksdk, gophercloud, Libcloud,
# fog, the core of Huawei Cloud's SDK for Node.js, and, of the Debian release after this one, the `openstack` command and Ansible's collection
# openstack.cloud. A program for each is in clients/; it says what it checks. CLIENTS="gophercloud fog" runs just these.
#
# Input: OS_CLIENT_CONFIG_FILE with the clouds `alice` and `bob`. Takes a Debian or Ubuntu with its own Python (/usr/bin/python3).
set -euo pipefail
. "$(dirname "$0")/lib.sh"
: "${OS_CLIENT_CONFIG_FILE:?a clouds.yaml with the clouds alice and bob}"
export OS_CLIENT_CONFIG_FILE HOME=$scratch PYTHONDONTWRITEBYTECODE=1
programs=$(cd "$(dirname "$0")/clients" && pwd)
python=/usr/bin/python3 # the one that Debian's packages are for

must "$python" "$programs/settings.py"
eval "$out"
delete_key() { curl -fsS -X DELETE -H "X-Auth-Token: $1" "$SERVER_URL/v3.0/OS-CREDENTIAL/credentials/$2"; }
later delete_key "$ALICE_TOKEN" "$ALICE_ACCESS_KEY"
later delete_key "$BOB_TOKEN" "$BOB_ACCESS_KEY"

# a file of $1 bytes that nobody has seen before, as $file
random() { file=$scratch/random-$1; head -c "$1" /dev/urandom >"$file"; }

openstacksdk() { "$python" "$programs/openstacksdk_story.py"; }

gophercloud() {
  GO111MODULE=off GOPATH=/usr/share/gocode GOCACHE=$scratch/go go run "$programs/gophercloud_story.go"
}

libcloud() { "$python" "$programs/libcloud_story.py"; }

fog() { ruby "$programs/fog_story.rb"; }

huaweicloud() {
  local name=huaweicloud-$RANDOM image
  cp "$programs/huaweicloud_story.js" "$scratch"
  # The core of the SDK needs uuid and does not say so: the clients generated for it bring it along.
  (cd "$scratch" && npm install --silent --no-audit --no-fund @huaweicloud/huaweicloud-sdk-core@3.1.211 uuid@9)
  image=$(openstack --os-cloud alice image create --private --file /etc/os-release -f value -c id "$name")
  later openstack --os-cloud alice image delete "$image"
  IMAGE_ID=$image IMAGE_NAME=$name node "$scratch/huaweicloud_story.js"
}

# Packages of the next Debian, unpacked aside: pure Python, so this one's interpreter runs them.
next=$scratch/debian13 modules=$scratch/debian13/root/usr/lib/python3/dist-packages
debian13() {
  [ ! -d "$next" ] || return 0
  mkdir -p "$next/lists/partial" "$next/root"
  local mirror
  mirror=$(apt-get indextargets --format '$(SITE)' 'Created-By: Packages' | grep -m1 -E '/(debian|ubuntu)/?$')
  echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] ${mirror/ubuntu/debian} trixie main" >"$next/sources.list"
  local apt=(apt-get -q -o "Dir::Etc::sourcelist=$next/sources.list" -o Dir::Etc::sourceparts=/dev/null -o "Dir::State::lists=$next/lists"
    -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= -o APT::Sandbox::User=root)
  "${apt[@]}" update
  (cd "$next" && "${apt[@]}" download python3-openstackclient python3-openstacksdk python3-osc-lib python3-keystoneauth1 python3-cliff \
    python3-os-service-types python3-glanceclient python3-typing-extensions python3-platformdirs ansible ansible-core)
  for package in "$next"/*.deb; do dpkg -x "$package" "$next/root"; done
}
with13() { PYTHONPATH=$modules ANSIBLE_COLLECTIONS_PATH=$modules "$python" "$next/root/usr/bin/$1" "${@:2}"; }

openstack13() {
  debian13
  local image name=openstack13-$RANDOM
  with13 openstack --version
  image=$(with13 openstack --os-cloud alice image create --shared --file /etc/os-release -f value -c id "$name")
  later openstack --os-cloud alice image delete "$image"
  # It looks for the domain, then for the project in it; alice may know neither.
  with13 openstack --os-cloud alice image add project --project-domain "$BOB_DOMAIN" "$image" "$BOB_PROJECT_ID"
  echo "ok    alice offers an image to a project of a domain that she cannot see"
  with13 openstack --os-cloud bob image set --accept "$image"
  [ "$(with13 openstack --os-cloud bob image list --name "$name" -f value -c ID)" = "$image" ]
  echo "ok    bob accepts and lists it"
  with13 openstack --os-cloud bob image save --file "$scratch/saved" "$image"
  cmp /etc/os-release "$scratch/saved"
  echo "ok    bob reads the same bytes"
  with13 openstack --os-cloud alice image remove project --project-domain "$BOB_DOMAIN" "$image" "$BOB_PROJECT_ID"
  if with13 openstack --os-cloud bob image show "$image"; then return 1; fi
  echo "ok    taken back, bob cannot show it"
}

ansible13() {
  debian13
  random 300000
  ANSIBLE_HOME=$scratch/ansible ANSIBLE_LOCALHOST_WARNING=false ANSIBLE_NOCOLOR=1 with13 ansible-playbook -i localhost, \
    -e "ansible_python_interpreter=$python file=$file image_name=ansible-$RANDOM project=$BOB_PROJECT_ID" "$programs/ansible_story.yml"
}

for client in ${CLIENTS:-openstacksdk gophercloud libcloud fog huaweicloud openstack13 ansible13}; do
  echo "-- $client"
  set +e # what a condition waits for, bash does not stop at errors
  (set -e; "$client") >"$scratch/said" 2>&1
  status=$?
  set -e
  grep -E '^(ok  |FAIL)' "$scratch/said" || true
  passed=$((passed + $(grep -c '^ok  ' "$scratch/said" || true)))
  if [ "$status" = 0 ]; then pass "$client: the whole story"; else fail "$client: the whole story" "exit status 0" "$status: $(tail -20 "$scratch/said")"; fi
done
complete=yes
