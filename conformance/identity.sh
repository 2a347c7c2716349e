#!/usr/bin/env bash
# Proves the Keystone subset with the stock client: domains, projects, users, groups and roles can be made, shown, changed, listed
# and deleted; names are unique; roles granted to users and groups on projects and domains are listed and take effect; and what is
# revoked stops working: a revoked token, a changed password, a disabled user, project or domain, a deleted project.
#
# Input: OS_CLIENT_CONFIG_FILE with the cloud `admin`: the cloud administrator, with a password. Makes a domain, removes it again.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
: "${OS_CLIENT_CONFIG_FILE:?a clouds.yaml with the cloud admin}"
export OS_CLIENT_CONFIG_FILE

admin() { openstack --os-cloud admin "$@"; }
value() { must admin "$@" -f value -c "${column:-id}"; }
run=$(date +%s)-$$
D=domain-$run P=project-$run U=user-$run G=group-$run R=role-$run password=first-$run
must admin configuration show -f value -c auth.auth_url; url=$out

# user COMMAND...: as the new user, with its password, in its project; unscoped COMMAND...: without a project
unscoped() {
  OS_CLIENT_CONFIG_FILE=/dev/null openstack --os-auth-url "$url" --os-identity-api-version 3 \
    --os-username "$U" --os-password "$password" --os-user-domain-name "$D" "$@"
}
user() { unscoped --os-project-name "$P" --os-project-domain-name "$D" "$@"; }
token() { must user token issue -f value -c id; }
# alive TOKEN: what a validation of the token by itself answers
alive() { curl -s -o /dev/null -w '%{http_code}' -H "X-Auth-Token: $1" -H "X-Subject-Token: $1" "$url/auth/tokens"; }
dead() { # WHAT TOKEN: a live token was 200 before
  local status; status=$(alive "$2"); expect_match "$1" '^(401|404)$' "$status"
}

# --- made, shown, changed, listed; names are unique ---
value domain create "$D"; domain=$out
later openstack --os-cloud admin domain delete "$domain"; later openstack --os-cloud admin domain set --disable "$domain"
refused "a second domain of that name is a conflict" '409' admin domain create "$D"
works "domain set" admin domain set --description "of $run" "$D"
column=description value domain show "$D"; expect "domain show gives the new description" "of $run" "$out"
column=Name value domain list; expect_line "domain list has it" "$D" "$out"

value project create --domain "$D" --description first "$P"; project=$out
refused "a second project of that name in the domain is a conflict" '409' admin project create --domain "$D" "$P"
value project create "$P"; other=$out
later openstack --os-cloud admin project delete "$other"
expect_match "another domain may have the same project name" '^[0-9a-f]{32}$' "$other"
works "project set" admin project set --description second "$project"
must admin project show -f value -c description -c domain_id -c enabled -c name "$project"
expect "project show" "$(printf '%s\n' second "$domain" True "$P")" "$out"
value project show --domain "$D" "$P"; expect "project show by name and domain" "$project" "$out"
column=ID value project list --domain "$D"; expect "project list of the domain has that one" "$project" "$out"

# --- tags, further attributes, what is immutable; what is not done is refused, not ignored ---
works "project set --tag --property" admin project set --tag "a-$run" --tag "b-$run" --property "team=of $run" "$project"
must admin project show -f json "$project"
expect_match "project show has the further attribute" "of $run" "$out"; expect_match "and the tags" "a-$run" "$out"
column=ID value project list --tags "a-$run,b-$run"; expect "project list --tags has that one" "$project" "$out"
column=ID value project list --tags "a-$run,none"; expect "and nothing for tags that nothing has" "" "$out"
column=ID value project list --tags-any "a-$run,none"; expect "project list --tags-any" "$project" "$out"
works "project set --remove-tag" admin project set --remove-tag "a-$run" "$project"
column=ID value project list --tags "a-$run"; expect "no project has it any more" "" "$out"
works "project set --immutable" admin project set --immutable "$other"
refused "an immutable project is not deleted" '403' admin project delete "$other"
refused "and not changed" '403' admin project set --description x "$other"
works "project set --no-immutable" admin project set --no-immutable "$other"
refused "a project below a project" 'children' admin project create --domain "$D" --parent "$project" child
refused "multi-factor authentication is not promised" 'multi' admin user create --enable-multi-factor-auth mfa

value user create --domain "$D" --password "$password" --email u@example.org "$U"; user=$out
refused "a second user of that name in the domain is a conflict" '409' admin user create --domain "$D" --password "$password" "$U"
works "user set" admin user set --description "of $run" "$user"
must admin user show -f value -c description -c domain_id -c email -c enabled -c name "$user"
expect "user show" "$(printf '%s\n' "of $run" "$domain" u@example.org True "$U")" "$out"
column=ID value user list --domain "$D"; expect "user list of the domain has that one" "$user" "$out"

value group create --domain "$D" "$G"; group=$out
refused "a second group of that name in the domain is a conflict" '409' admin group create --domain "$D" "$G"
works "group set" admin group set --description "of $run" "$group"
column=description value group show "$group"; expect "group show gives the new description" "of $run" "$out"
column=ID value group list --domain "$D"; expect "group list of the domain has that one" "$group" "$out"

value role create "$R"; role=$out; later openstack --os-cloud admin role delete "$role"
refused "a second role of that name is a conflict" '409' admin role create "$R"
works "role set" admin role set --name "$R-new" "$role"; R=$R-new
value role show "$R"; expect "role show by the new name" "$role" "$out"
column=Name value role list; expect_line "role list has it" "$R" "$out"
for shipped in admin member; do expect_line "role list has $shipped" "$shipped" "$out"; done

refused "an unknown user is named in the message" "nobody-$run" admin user show "nobody-$run"

# --- groups and grants ---
admin group contains user "$group" "$user" >"$scratch/contains" 2>&1 || true
expect_match "the user is not in the group yet" "not in group" "$(<"$scratch/contains")"
works "group add user" admin group add user "$group" "$user"
must admin group contains user "$group" "$user"; expect_match "the user is in the group" "$user in group $group" "$out"
column=ID value user list --group "$group"; expect "user list of the group has the user" "$user" "$out"
works "group remove user" admin group remove user "$group" "$user"
column=ID value user list --group "$group"; expect "and is empty after that" "" "$out"
must admin group add user "$group" "$user"

refused "no role, no login" '401' user token issue
works "role add: user on project" admin role add --user "$user" --project "$project" member
works "the same again changes nothing" admin role add --user "$user" --project "$project" member
works "role add: group on project" admin role add --group "$group" --project "$project" "$R"
works "role add: user on domain" admin role add --user "$user" --domain "$domain" "$R"
works "role add: group on domain" admin role add --group "$group" --domain "$domain" member

# grants FILTER...: one line each, "role who where", sorted
grants() {
  must admin role assignment list --names -f value -c Role -c User -c Group -c Project -c Domain "$@"
  out=$(sed 's/ \+/ /g; s/ $//' <<<"$out" | sort)
}
grants --user "$user"
expect "role assignment list --user" "$(printf '%s\n' "$R $U@$D $D" "member $U@$D $P@$D" | sort)" "$out"
grants --project "$project"
expect "role assignment list --project" "$(printf '%s\n' "$R $G@$D $P@$D" "member $U@$D $P@$D" | sort)" "$out"
grants --effective --user "$user" --project "$project"
expect_line "role assignment list --effective has the user's own role" "member $U@$D $P@$D" "$out"
expect_line "and the group's role as the user's" "$R $U@$D $P@$D" "$out" # Keystone adds roles implied by these
grants --domain "$domain"
expect "role assignment list --domain" "$(printf '%s\n' "$R $U@$D $D" "member $G@$D $D" | sort)" "$out"
must admin role show -f value -c id member; member=$out
column=Role value role assignment list --user "$user" --project "$project"; expect "without --names it gives ids" "$member" "$out"

# --- what the user may do with them ---
must user token issue -f value -c project_id; expect "the user's token is for the project" "$project" "$out"
must user project list --my-projects -f value -c ID; expect "project list --my-projects" "$project" "$out"
must unscoped project list --my-projects -f value -c ID; expect "the same without a project" "$project" "$out"
column=ID value project list --user "$user"; expect "project list --user" "$project" "$out"
must user catalog list -f value -c Type; expect_line "the catalogue has identity" identity "$out"; expect_line "and image" image "$out"
value_of() { must user "$@" -f value -c id; }
value_of project show --domain "$D" "$P"; expect "the user finds its project by the names of domain and project" "$project" "$out"
refused "the user cannot make projects" '403' user project create --domain "$domain" mine

# --- limits: quotas of one project, in place of the settings ---
image() { user image create --disk-format raw --container-format bare "$@"; }
must admin registered limit list -f value -c 'Resource Name'
expect "registered limit list" "$(printf '%s\n' image_count_total image_size_total)" "$(sort <<<"$out")"
refused "registered limits are settings" 'quota.images' admin registered limit create --service glance --default-limit 5 image_count_total
value limit create --service glance --project "$project" --resource-limit 1 image_count_total; limit=$out
expect_match "limit create" '^[0-9a-f]{32}$' "$limit"
refused "a second limit of that resource is a conflict" '409' admin limit create --service glance --project "$project" --resource-limit 2 image_count_total
refused "a limit of what nobody limits" '403' admin limit create --service glance --project "$project" --resource-limit 2 image_stage_total
must admin limit list --service glance --project "$project" -f value -c ID -c 'Resource Name' -c 'Resource Limit'
expect "limit list" "$limit image_count_total 1" "$out"
must user limit list -f value -c ID; expect "the user lists those of its project" "$limit" "$out"
must user limit show -f value -c resource_limit "$limit"; expect "and shows them" 1 "$out"
refused "but does not change them" '403' user limit set --resource-limit 2 "$limit"
must image first -f value -c id; image=$out; later openstack --os-cloud admin image delete "$image"
refused "a second image is too many" '413' image second
column=resource_limit value limit set --resource-limit 2 "$limit"; expect "limit set" 2 "$out"
must image second -f value -c id; second=$out; works "the user deletes one" user image delete "$second"
works "limit set to 0" admin limit set --resource-limit 0 "$limit"
refused "now there is room for none" '413' image second
column=id value limit show "$limit"; expect "limit show" "$limit" "$out"
works "limit delete" admin limit delete "$limit"
refused "it is gone" '404' admin limit show "$limit"
must image second -f value -c id; works "the setting holds again" user image delete "$out"
works "the user deletes the other" user image delete "$image"

# --- what is revoked stops working ---
password=wrong; refused "a wrong password is refused" '401' user token issue; password=first-$run

token; old=$out; expect "a new token is good" 200 "$(alive "$old")"
token; kept=$out
works "token revoke" user token revoke "$old"
dead "a revoked token is dead" "$old"; expect "another of the same user is not" 200 "$(alive "$kept")"

works "user password set" user user password set --original-password "$password" --password "second-$run"
dead "a changed password kills the tokens" "$kept"
refused "the old password is refused" '401' user token issue
password=second-$run; token; kept=$out; expect "the new one works" 200 "$(alive "$kept")"
works "user set --password, by the administrator" admin user set --password "third-$run" "$user"
dead "that kills the tokens too" "$kept"
password=third-$run; token; kept=$out

works "user set --disable" admin user set --disable "$user"
dead "a disabled user's token is dead" "$kept"; refused "a disabled user cannot log in" '401' user token issue
works "user set --enable" admin user set --enable "$user"; token; kept=$out

works "project set --disable" admin project set --disable "$project"
dead "a disabled project's token is dead" "$kept"; refused "nobody can log in to it" '401' user token issue
works "project set --enable" admin project set --enable "$project"

works "role remove: group on project" admin role remove --group "$group" --project "$project" "$R"
works "role remove: user on domain" admin role remove --user "$user" --domain "$domain" "$R"
works "role remove: group on domain" admin role remove --group "$group" --domain "$domain" member
token; kept=$out
works "role remove: user on project" admin role remove --user "$user" --project "$project" member
refused "without a role, no login again" '401' user token issue
grants --user "$user"; expect "and no grant is left" "" "$out"
refused "removing it twice is not found" '404' admin role remove --user "$user" --project "$project" member

must admin role add --user "$user" --project "$project" member; token; kept=$out
works "project delete" admin project delete "$project"
dead "a deleted project's token is dead" "$kept"; refused "nobody can log in to it" '401' user token issue
refused "it is gone" "$project" admin project show "$project"
grants --user "$user"; expect "its grants are gone with it" "" "$out"

# --- deleted ---
works "role delete" admin role delete "$role"; refused "the role is gone" "$role" admin role show "$role"
works "group delete" admin group delete "$group"; refused "the group is gone" "$group" admin group show "$group"
refused "an enabled domain cannot be deleted" '403' admin domain delete "$domain"
works "domain set --disable" admin domain set --disable "$domain"
refused "a user of a disabled domain cannot log in" '401' unscoped token issue
works "domain delete" admin domain delete "$domain"
refused "the domain is gone" "$domain" admin domain show "$domain"
refused "its users are gone with it" "$user" admin user show "$user"
refused "deleting it twice is an error" "$domain" admin domain delete "$domain"
complete=yes
