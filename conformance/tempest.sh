#!/usr/bin/env bash
# Proves that OpenStack's own conformance suite for the Image API (Tempest, tempest.api.image.v2) passes, with users and projects
# that Tempest makes itself. A run in which (almost) everything is skipped is red.
#
# Input: IDENTITY_URL (http://host:port/v3), ADMIN_PASSWORD; and, where they differ from these defaults, ADMIN_USERNAME=admin
# ADMIN_PROJECT=admin ADMIN_DOMAIN=Default REGION=RegionOne CONCURRENCY=2 MIN_PASSED=45.
set -euo pipefail
: "${IDENTITY_URL:?the identity endpoint, ending in /v3}" "${ADMIN_PASSWORD:?the password of the cloud administrator}"
here=$(cd "$(dirname "$0")" && pwd)
scratch=$(mktemp -d); trap 'rm -rf "$scratch"' EXIT
export HOME=$scratch # Tempest keeps its list of workspaces there

cd "$scratch" # where it leaves a log
tempest init "$scratch/workspace" >"$scratch/init.log" 2>&1 || { cat "$scratch/init.log"; exit 1; }
cd workspace
cat >etc/tempest.conf <<C
[DEFAULT]
log_file = $scratch/tempest.log
[auth]
use_dynamic_credentials = true
create_isolated_networks = false
admin_username = ${ADMIN_USERNAME:-admin}
admin_password = $ADMIN_PASSWORD
admin_project_name = ${ADMIN_PROJECT:-admin}
admin_domain_name = ${ADMIN_DOMAIN:-Default}
[identity]
auth_version = v3
uri_v3 = $IDENTITY_URL
region = ${REGION:-RegionOne}
v3_endpoint_type = public
[image]
region = ${REGION:-RegionOne}
endpoint_type = public
build_timeout = 60
[image-feature-enabled]
import_image = true
os_glance_reserved = true
manage_locations = false
[service_available]
glance = true
cinder = false
neutron = false
nova = false
swift = false
horizon = false
[oslo_concurrency]
lock_path = $scratch/lock
C

status=0
tempest run --regex '^tempest\.api\.image\.v2' --exclude-list "$here/tempest-exclude.txt" \
  --concurrency "${CONCURRENCY:-2}" >"$scratch/run.log" 2>&1 </dev/null || status=$?
cat "$scratch/run.log"

total() { sed -n "s/^ - $1: *\([0-9]*\).*/\1/p" "$scratch/run.log" | tail -1; }
passed=$(total Passed) failed=$(total Failed) least=${MIN_PASSED:-45}
passed=${passed:-0} failed=${failed:-0}
if [ "$passed" -lt "$least" ]; then
  printf 'FAIL  enough tests ran\n      expected: at least %s passed\n      got:      %s passed, %s skipped\n' "$least" "$passed" "$(total Skipped)"
  failed=$((failed + 1))
elif [ "$status" != 0 ] && [ "$failed" = 0 ]; then
  echo "FAIL  tempest run ended with status $status"; failed=1
fi
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
