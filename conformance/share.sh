#!/usr/bin/env bash
# The first share on a new server, for package.sh and container.sh: the administrator makes two projects, one of them shares an image with the
# other, which accepts and downloads it. Prints the states of upload, share and acceptance. The client `vitrine` is on the PATH.
#
#   share.sh URL CLOUDS.yaml
set -euo pipefail
url=$1
export OS_CLIENT_CONFIG_FILE=$2 VITRINE_TOKEN_CACHE=off
of_admin() { sed -n "/admin/,/$1:/s/ *$1: //p" "$OS_CLIENT_CONFIG_FILE" | head -n 1; }
json() { curl -fsS -H 'Content-Type: application/json' "$@"; }
token=$(json -o /dev/null -D - "$url/v3/auth/tokens" -d '{"auth":{"identity":{"methods":["password"],"password":{"user":{"name":"admin",
  "domain":{"name":"Default"},"password":"'"$(of_admin password)"'"}}},
  "scope":{"project":{"name":"'"$(of_admin project_name)"'","domain":{"name":"Default"}}}}}' |
  tr -d '\r' | sed -n 's/^[Xx]-[Ss]ubject-[Tt]oken: //p')
api() { json -H "X-Auth-Token: $token" "$@"; }
id() { sed 's/.*"id": *"\([0-9a-f]\{32\}\)".*/\1/'; }
role=$(api "$url/v3/roles?name=member" | id)
for name in alice bob; do
  project=$(api "$url/v3/projects" -d '{"project":{"name":"'$name'"}}' | sed 's/.*"id":"\([0-9a-f]*\)".*/\1/')
  user=$(api "$url/v3/users" -d '{"user":{"name":"'$name'","password":"a long enough password"}}' | sed 's/.*"id":"\([0-9a-f]*\)".*/\1/')
  api -X PUT "$url/v3/projects/$project/users/$user/roles/$role"
done
as() { # NAME COMMAND...
  env -u OS_CLIENT_CONFIG_FILE OS_AUTH_URL="$url/identity/v3" OS_USERNAME="$1" OS_PASSWORD='a long enough password' OS_PROJECT_NAME="$1" \
    OS_USER_DOMAIN_NAME=Default OS_PROJECT_DOMAIN_NAME=Default vitrine "${@:2}"
}
copy=$(mktemp -d)
trap 'rm -r "$copy"' EXIT
as alice image upload /etc/os-release --name golden -f value -c status
as alice share golden --with "$project" --wait -f value -c status
as bob accept golden -f value -c status
as bob image download golden --file "$copy/golden"
cmp "$copy/golden" /etc/os-release
