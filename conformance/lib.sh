# shellcheck shell=bash disable=SC2034
# Shared by the conformance scripts: a scratch directory, checks that say what was expected and what came, and the counts.
# A script that stops half-way counts as failed.
passed=0 failed=0 complete=no undo=()
scratch=$(mktemp -d)

# No OS_... variable of the caller's shell may decide who acts.
for setting in "${!OS_@}"; do [ "$setting" = OS_CLIENT_CONFIG_FILE ] || unset "$setting"; done

# Undone at the end, last first, whatever happened: later COMMAND...
later() { undo+=("$(printf '%q ' "$@")"); }

close() {
  local status=$? step
  for ((step = ${#undo[@]} - 1; step >= 0; step--)); do eval "${undo[step]}" >/dev/null 2>&1 || true; done
  [ -z "${keep_scratch:-}" ] && rm -rf "$scratch"
  [ "$complete" = yes ] || { failed=$((failed + 1)); echo "FAIL  stopped before the end (exit status $status)"; }
  echo "$passed passed, $failed failed"
  [ "$failed" = 0 ] && exit 0
  exit 1
}
trap close EXIT

pass() { passed=$((passed + 1)); echo "ok    $1"; }
fail() { failed=$((failed + 1)); printf 'FAIL  %s\n      expected: %s\n      got:      %s\n' "$1" "$2" "$3"; }

# try COMMAND...: leaves standard output in $out, standard error in $err, the exit status in $code
try() { code=0; out=$("$@" 2>"$scratch/stderr") || code=$?; err=$(<"$scratch/stderr"); }

# expect WHAT EXPECTED GOT
expect() { if [ "$2" = "$3" ]; then pass "$1"; else fail "$1" "$2" "$3"; fi; }

# expect_match WHAT REGEX GOT (case ignored)
expect_match() { if grep -qiE -- "$2" <<<"$3"; then pass "$1"; else fail "$1" "a match of /$2/" "$3"; fi; }

# expect_line WHAT LINE GOT, expect_no_line WHAT LINE GOT: one whole line among those got
expect_line() { if grep -qxF -- "$2" <<<"$3"; then pass "$1"; else fail "$1" "the line '$2'" "$3"; fi; }
expect_no_line() { if grep -qxF -- "$2" <<<"$3"; then fail "$1" "no line '$2'" "$3"; else pass "$1"; fi; }

# works WHAT COMMAND...: exit status 0
works() { local what=$1; shift; try "$@"; if [ "$code" = 0 ]; then pass "$what"; else fail "$what" "success" "exit status $code: $out $err"; fi; }

# refused WHAT REGEX COMMAND...: another exit status, a message that matches, and no crash of client or server
refused() {
  local what=$1 regex=$2; shift 2; try "$@"
  if [ "$code" != 0 ] && grep -qiE -- "$regex" <<<"$out $err" && ! grep -qE 'Traceback|HTTP 5[0-9][0-9]|: 5[0-9][0-9]:' <<<"$out $err"
  then pass "$what"; else fail "$what" "a refusal that matches /$regex/" "exit status $code: $out $err"; fi
}

# listening PORT PROCESS LOG: waits until something accepts connections there; the script ends, with the log, when that process does
listening() {
  until (: <"/dev/tcp/127.0.0.1/$1") 2>/dev/null; do
    kill -0 "$2" || { cat "$3"; exit 1; }
    sleep 0.2
  done
}

# must COMMAND...: for the ground a script stands on; without it nothing more can be shown
must() { try "$@"; [ "$code" = 0 ] && return; fail "$*" "success" "exit status $code: $out $err"; exit 1; }
