#!/usr/bin/env bash
# Proves that the older `glance` client (python3-glanceclient) works: schemas, lists with filters, the member commands, staging and
# import (glance-direct), and a download that goes straight to the file: refused the moment the owner has removed the member.
#
# Input: OS_CLIENT_CONFIG_FILE with the clouds `alice` and `bob`.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
: "${OS_CLIENT_CONFIG_FILE:?a clouds.yaml with the clouds alice and bob}"
export OS_CLIENT_CONFIG_FILE HOME=$scratch # the client caches the schemas under HOME

# The client reads no clouds.yaml, only the environment.
settings() {
  local cloud=$1
  must openstack --os-cloud "$cloud" configuration show --unmask -f json
  python3 - "$scratch/$cloud.env" 3<<<"$out" <<'P'
import json, os, shlex, sys
shown = json.load(os.fdopen(3))
with open(sys.argv[1], 'w') as env:
    for key, value in shown.items():
        if key.startswith('auth.') and value is not None:
            env.write('export OS_%s=%s\n' % (key[5:].upper(), shlex.quote(str(value))))
    if shown.get('region_name'):
        env.write('export OS_REGION_NAME=%s\n' % shlex.quote(shown['region_name']))
P
}
settings alice; settings bob
# Standard input is closed, not empty: the client takes anything that is no terminal for the image's data.
# shellcheck source=/dev/null
as() { ( . "$scratch/$1.env"; shift; exec glance "$@" <&- ) }
# column TABLE NAME, cell TABLE NAME: out of the client's tables, by heading and by property (long values are broken into rows)
column() { awk -F' *[|] *' -v name="$2" '/^\|/ { if (!at) { for (i = 1; i <= NF; i++) if ($i == name) at = i } else print $at }' <<<"$1"; }
cell() { awk -F' *[|] *' -v name="$2" '/^\|/ { if ($2 != "") at = $2; if (at == name) value = value $3 } END { print value }' <<<"$1"; }

must openstack --os-cloud bob token issue -f value -c project_id; bobs_project=$out
name=glance-cli-$(date +%s)-$$
head -c 200000 /dev/urandom >"$scratch/data"; md5=$(md5sum <"$scratch/data" | cut -d' ' -f1) sha512=$(sha512sum <"$scratch/data" | cut -d' ' -f1)

# --- schemas ---
must as alice explain image; expect_line "the image schema has visibility" visibility "$(column "$out" Attribute)"
must as alice explain member; expect_line "the member schema has member_id" member_id "$(column "$out" Attribute)"
expect_line "and status" status "$(column "$out" Attribute)"

# --- stage and import ---
must as alice import-info; expect_match "glance-direct is offered" 'glance-direct' "$(cell "$out" import-methods)"
must as alice image-create-via-import --import-method glance-direct --file "$scratch/data" --name "$name" \
  --disk-format raw --container-format bare --visibility shared
image=$(cell "$out" id); later openstack --os-cloud alice image delete "$image"
expect_match "image-create-via-import gives an image" '^[0-9a-f-]{36}$' "$image"
for _ in $(seq 30); do must as alice image-show "$image"; [ "$(cell "$out" status)" = active ] && break; sleep 1; done
expect "it becomes active" active "$(cell "$out" status)"
expect "its size is the file's" 200000 "$(cell "$out" size)"
expect "its checksum is the file's MD5" "$md5" "$(cell "$out" checksum)"
expect "its hash is the file's SHA-512" "$sha512" "$(cell "$out" os_hash_value)"
must as alice image-tasks "$image"; expect "one task" 1 "$(column "$out" Status | grep -c .)"
expect_match "that succeeded" success "$(column "$out" Status)"

must as alice image-create --name "$name-staged" --disk-format raw --container-format bare; staged=$(cell "$out" id)
later openstack --os-cloud alice image delete "$staged"
expect "image-create without data is queued" queued "$(cell "$out" status)"
works "image-stage" as alice image-stage --file "$scratch/data" "$staged"
must as alice image-show "$staged"; expect "a staged image is uploading" uploading "$(cell "$out" status)"
works "image-import" as alice image-import --import-method glance-direct "$staged"
for _ in $(seq 30); do must as alice image-show "$staged"; [ "$(cell "$out" status)" = active ] && break; sleep 1; done
expect "and is active in the end" active "$(cell "$out" status)"
refused "importing it again is refused" 'uploading|409' as alice image-import --import-method glance-direct "$staged"

# --- members ---
must as alice member-create "$image" "$bobs_project"; expect "member-create says pending" pending "$(column "$out" Status)"
must as alice member-list --image-id "$image"
expect "member-list has bob's project" "$bobs_project" "$(column "$out" 'Member ID')"
must as bob image-list --visibility shared --member-status pending; expect_line "image-list of pending offers has it" "$image" "$(column "$out" ID)"
must as bob image-list; expect_no_line "the plain list does not" "$image" "$(column "$out" ID)"
must as bob member-update "$image" "$bobs_project" accepted; expect "member-update says accepted" accepted "$(column "$out" Status)"
must as bob image-list --visibility shared --member-status accepted; expect_line "image-list of accepted offers has it" "$image" "$(column "$out" ID)"
must as bob image-list; expect_line "the plain list has it" "$image" "$(column "$out" ID)"
refused "bob cannot add a member" '403' as bob member-create "$image" 0123456789abcdef0123456789abcdef
refused "bob cannot remove himself" '403' as bob member-delete "$image" "$bobs_project"
refused "alice cannot answer for bob" '403' as alice member-update "$image" "$bobs_project" rejected

# --- lists with filters ---
ids() { must as alice image-list "$@"; out=$(column "$out" ID | sort); }
ids --property-filter "name=$name"; expect "by name: one" "$image" "$out"
ids --property-filter status=active --property-filter size_min=200000 --property-filter size_max=200000 --visibility shared --sort name:asc
expect_line "by status, size and visibility" "$image" "$out"
ids --property-filter "name=in:$name,$name-staged"; expect "by two names (in:)" "$(printf '%s\n' "$image" "$staged" | sort)" "$out"
works "image-tag-update" as alice image-tag-update "$image" "tag-$name"
ids --tag "tag-$name"; expect "by tag: one" "$image" "$out"
ids --limit 1; expect "limit" 1 "$(grep -c . <<<"$out")"
ids --page-size 1 --property-filter "name=in:$name,$name-staged"
expect "page by page: the same two" "$(printf '%s\n' "$image" "$staged" | sort)" "$out"

# --- the file itself, before and after the owner takes it back ---
works "bob downloads it" as bob image-download --file "$scratch/before" "$image"
expect "the same bytes" "$md5" "$(md5sum <"$scratch/before" | cut -d' ' -f1)"
works "member-delete" as alice member-delete "$image" "$bobs_project"
refused "bob can no longer download it" '404' as bob image-download --file "$scratch/after" "$image"
expect "and has no byte of it" 0 "$(stat -c %s "$scratch/after" 2>/dev/null || echo 0)"
refused "nor show it" '404' as bob image-show "$image"
refused "nor answer the offer" '404' as bob member-update "$image" "$bobs_project" accepted
refused "member-delete again is not found" '404' as alice member-delete "$image" "$bobs_project"

works "image-delete" as alice image-delete "$image" "$staged"
refused "it is gone" '404' as alice image-show "$image"
complete=yes
