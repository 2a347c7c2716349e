#!/usr/bin/env bash
# Proves what several services need of one identity service, with stock clients: an auth URL without a version, or without any path,
# leads to Keystone; each service has version documents of its own; services, endpoints and regions are made and are in the catalogue;
# a service behind keystonemiddleware validates its users' tokens; an application credential stands for its user, and for no more;
# the history is CADF.
#
# Input: OS_CLIENT_CONFIG_FILE with the clouds `admin` (the cloud administrator) and `alice`. Removes what it makes.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
: "${OS_CLIENT_CONFIG_FILE:?a clouds.yaml with the clouds admin and alice}"
export OS_CLIENT_CONFIG_FILE
here=$(cd "$(dirname "$0")" && pwd)

admin() { openstack --os-cloud admin "$@"; }
alice() { openstack --os-cloud alice "$@"; }
value() { must admin "$@" -f value -c "${column:-id}"; }
run=$(date +%s)-$$
must openstack --os-cloud admin configuration show -f value -c auth.auth_url; url=$out
server=$(sed -E 's|^(https?://[^/]+).*|\1|' <<<"$url")

# --- where clients start ---
of() { # of CLOUD SETTING
  openstack --os-cloud "$1" configuration show --unmask -f json | python3 -c 'import json, sys; print(json.load(sys.stdin)[sys.argv[1]])' "$2"
}
password=$(of admin auth.password)
# at URL COMMAND...: as admin, told nothing but an address and who it is
at() {
  local auth=$1; shift
  OS_CLIENT_CONFIG_FILE=/dev/null openstack --os-auth-url "$auth" --os-username admin --os-password "$password" \
    --os-user-domain-name Default --os-project-name admin --os-project-domain-name Default "$@"
}
for start in "$server" "$server/" "$server/identity" "$server/identity/" "$server/identity/v3" "$server/v3"; do
  must at "$start" token issue -f value -c project_id; project=$out
  must at "$start" image list -f value -c ID
  expect_match "the auth URL ${start#"$server"} leads to a token and to images" '^[0-9a-f]{32}$' "$project"
done
versions() { must admin versions show --service "$1" -f value -c Version -c Endpoint; }
versions identity; expect_line "versions show of identity" "3.14 $server/identity/v3/" "$out"
expect_no_line "none of images" "2.0 $server/image/v2/" "$out"
versions image; expect_line "versions show of image" "2.16 $server/image/v2/" "$out"
expect_no_line "none of identity" "3.14 $server/identity/v3/" "$out"
expect "the version list of images is Glance's alone" 17 \
  "$(curl -s "$server/image" | python3 -c 'import json, sys; print(len(json.load(sys.stdin)["versions"]))')"
must alice image create --container-format bare --disk-format raw -f value -c id "prefix-$run"; image=$out
later openstack --os-cloud alice image delete "$image"
must alice image show -f value -c name "$image"; expect "an image is made and shown below /image" "prefix-$run" "$out"

# --- services, endpoints, regions ---
column=region value region create --description first "region-$run"; expect "region create" "region-$run" "$out"
later openstack --os-cloud admin region delete "region-$run"
works "region set" admin region set --description second "region-$run"
column=description value region show "region-$run"; expect "region show" second "$out"
column=Region value region list; expect_line "region list has it" "region-$run" "$out"
refused "a second region of that name" 409 admin region create "region-$run"
value service create --name "block-$run" --description d "type-$run"; service=$out
later openstack --os-cloud admin service delete "$service"
works "service set" admin service set --description e "$service"
column=description value service show "block-$run"; expect "service show by name" e "$out"
column=Type value service list; expect_line "service list has it" "type-$run" "$out"; expect_line "and image" image "$out"
value endpoint create --region "region-$run" "$service" public "http://127.0.0.1:8776/v3/\$(project_id)s"; endpoint=$out
later openstack --os-cloud admin endpoint delete "$endpoint"
column=ID value endpoint list --service "$service"; expect "endpoint list of the service" "$endpoint" "$out"
must admin token issue -f value -c project_id; project=$out
column=endpoints value catalog show "type-$run"
expect_match "the catalogue has it, for the token's project" "http://127.0.0.1:8776/v3/$project" "$out"
refused "nobody else makes services" 403 alice service create x
refused "a region with an endpoint stays" 409 admin region delete "region-$run"
works "endpoint set" admin endpoint set --disable "$endpoint"
must admin catalog list -f json; expect_match "a disabled one is not in the catalogue" no \
  "$(grep -q 8776 <<<"$out" && echo yes || echo no)"
refused "what is built in stays" 403 admin service delete image
works "endpoint delete" admin endpoint delete "$endpoint"
works "service delete" admin service delete "$service"
works "region delete" admin region delete "region-$run"

# --- a service that asks who its users are ---
value project create "services-$run"; home=$out; later openstack --os-cloud admin project delete "$home"
value user create --password "secret-$run" "service-$run"; user=$out; later openstack --os-cloud admin user delete "$user"
must admin role add --user "$user" --project "$home" service
must alice token issue -f value -c id; token=$out
must alice token issue -f value -c project_id; alices=$out
start() { # start AUTH_URL: the application, with its address in $app
  AUTH_URL=$1 SERVICE_USER=service-$run SERVICE_PASSWORD=secret-$run SERVICE_PROJECT=services-$run \
    /usr/bin/python3 "$here/clients/guarded.py" >"$scratch/app" 2>"$scratch/app.log" & pid=$!
  later kill "$pid"
  for _ in $(seq 100); do app=$(cat "$scratch/app"); [ -n "$app" ] && return; sleep 0.1; done
  fail "the application starts" "its address" "$(cat "$scratch/app.log")"; exit 1
}
for auth in "$server/identity" "$server"; do
  start "$auth"
  expect "behind keystonemiddleware at '${auth#"$server"}', alice is known" "alice $alices member" "$(curl -s -H "X-Auth-Token: $token" "$app")"
  expect "a token that is none is refused" 401 "$(curl -s -o /dev/null -w '%{http_code}' -H 'X-Auth-Token: none' "$app")"
  expect "and so is no token" 401 "$(curl -s -o /dev/null -w '%{http_code}' "$app")"
done
must alice token revoke "$token"
expect "a revoked token is refused" 401 "$(curl -s -o /dev/null -w '%{http_code}' -H "X-Auth-Token: $token" "$app")"

# --- application credentials ---
must alice application credential create -f json --description d "robot-$run"
field() { python3 -c 'import json, sys; print(json.load(sys.stdin)[sys.argv[1]])' "$1"; }
id=$(field id <<<"$out") secret=$(field secret <<<"$out")
later openstack --os-cloud alice application credential delete "$id"
robot() {
  OS_CLIENT_CONFIG_FILE=/dev/null openstack --os-auth-type v3applicationcredential --os-auth-url "$server/identity" \
    --os-application-credential-id "$id" --os-application-credential-secret "$secret" "$@"
}
must robot token issue -f value -c project_id; expect "the credential logs in, to its project" "$alices" "$out"
must robot image list -f value -c ID; expect_line "and sees its user's images" "$image" "$out"
must robot application credential list -f value -c ID; expect_line "and the credential itself" "$id" "$out"
refused "it makes no other" 403 robot application credential create "other-$run"
refused "and deletes none" 403 robot application credential delete "$id"
must robot token issue -f value -c id; token=$out
alive() { curl -s -o /dev/null -w '%{http_code}' -H "X-Auth-Token: $token" "$server/image/v2/images"; }
expect "its token is good" 200 "$(alive)"
must alice application credential show -f value -c name "robot-$run"; expect "application credential show" "robot-$run" "$out"
refused "a second of that name" 409 alice application credential create "robot-$run"
refused "access rules are refused" 'access_rules' alice application credential create --access-rules '[{"path": "/v2", "method": "GET", "service": "image"}]' "ruled-$run"
must alice application credential create -f json --secret chosen-by-alice --unrestricted --expiration 2999-01-01T00:00:00 "named-$run"
later openstack --os-cloud alice application credential delete "named-$run"
named() {
  OS_CLIENT_CONFIG_FILE=/dev/null openstack --os-auth-type v3applicationcredential --os-auth-url "$server" --os-username alice \
    --os-user-domain-name alice --os-application-credential-name "named-$run" --os-application-credential-secret "$@"
}
must named chosen-by-alice token issue -f value -c project_id; expect "by name and user, with a chosen secret" "$alices" "$out"
refused "another secret is refused" 401 named wrong token issue
works "an unrestricted one makes others" named chosen-by-alice application credential create "third-$run"
works "and deletes them" named chosen-by-alice application credential delete "third-$run"
works "application credential delete" alice application credential delete "$id"
expect "the token has ended with it" 401 "$(alive)"
refused "and it logs in no more" 401 robot token issue

# --- auditors ---
must admin token issue -f value -c id; token=$out
must curl -sf -H "X-Auth-Token: $token" "$server/vitrine/v1/history?format=cadf&limit=1000"; printf '%s' "$out" >"$scratch/cadf"
works "pycadf, which keystonemiddleware takes too, reads the history" /usr/bin/python3 -W ignore "$here/cadf.py" "$scratch/cadf"
complete=yes
