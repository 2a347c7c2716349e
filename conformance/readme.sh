#!/usr/bin/env bash
# Checks the READMEs. Runs the `sh` blocks between `<!-- walkthrough -->` and `<!-- /walkthrough -->` in one shell, as a reader would, and
# compares the output of each with the `text` block below it (no block: no output). Ids and checksums differ from run to run: each
# is replaced by its number in order of appearance, so equal ids in the README must be equal here, and different ids different.
# Runs the command under "In production" with a free port, a scratch directory and a certificate of its own. Checks that both languages have the same
# commands, and the settings that `./vitrine help` lists.
#
# Input: OS_CLIENT_CONFIG_FILE with the clouds `alice` and `bob`, which see no other images called `golden` or `disk`.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
home=$(cd "$(dirname "$0")/.." && pwd)
: "${OS_CLIENT_CONFIG_FILE:?a clouds.yaml with the clouds alice and bob}"
clouds=$(realpath -- "$OS_CLIENT_CONFIG_FILE")

# blocks README: the blocks of all its walk-throughs, one JSON array of [language, text]
blocks() {
  python3 - "$home/$1" <<'P'
import json, re, sys
text = open(sys.argv[1], encoding='utf-8').read()
walks = re.findall(r'^<!-- walkthrough -->$(.*?)^<!-- /walkthrough -->$', text, re.M | re.S)
print(json.dumps(re.findall(r'^```(\w+)\n(.*?)^```$', '\n'.join(walks), re.M | re.S), indent=0))
P
}
# launches README: its commands that begin with ./vitrine, each in one line
launches() { sed -e ':next' -e '/\\$/{N;s/ *\\\n */ /;b next' -e '}' "$home/$1" | grep '^\./vitrine'; }
# shellcheck disable=SC2016 # backquotes of the table
# settings README: the names in its table, in order
settings() { sed -n '/^<!-- settings -->/,/^<!-- \/settings -->/s/^| `\([^`]*\)` |.*/\1/p' "$home/$1"; }

blocks README.md >"$scratch/blocks"
expect "both languages have the same walk-through" "" "$(diff "$scratch/blocks" <(blocks README.zh-CN.md) || true)"
expect "and the same launcher commands" "$(launches README.md)" "$(launches README.zh-CN.md)"
declared=$("$home/vitrine" help | sed -n 's/^ *--\([a-z.-]*\) .*/\1/p')
expect "README.md has the settings there are" "$declared" "$(settings README.md)"
expect "README.zh-CN.md has them too" "$declared" "$(settings README.zh-CN.md)"

# As after `./vitrine up`: the clouds are in data/ of the directory the reader is in.
mkdir -p "$scratch/clone/data" "$scratch/tmp"; ln -s "$clouds" "$scratch/clone/data/clouds.yaml"
ln -s "$home/README.md" "$scratch/clone/README.md"; ln -s "$home/vitrine" "$scratch/clone/vitrine"
python3 - "$scratch" <<'P'
import json, os, re, subprocess, sys
scratch = sys.argv[1]
blocks = json.load(open(scratch + '/blocks'))
steps = [[text, ''] for language, text in blocks if language == 'sh']
at = -1
for language, text in blocks:
    if language == 'sh':
        at += 1
    else:
        steps[at][1] = text

# One shell for all, since a reader's variables and directory last; each block's output to a file of its own.
with open(scratch + '/script', 'w') as script:
    for i, (commands, _) in enumerate(steps):
        script.write('exec >%s/out.%d 2>&1\n%s\n' % (scratch, i, commands))
shell = {**os.environ, 'TMPDIR': scratch + '/tmp'}
shell.pop('OS_CLIENT_CONFIG_FILE', None)
subprocess.run(['bash', scratch + '/script'], cwd=scratch + '/clone', env=shell, stdin=subprocess.DEVNULL, check=False)

def numbered():
    seen = {}
    def number(match):
        return '<%d>' % seen.setdefault(match.group(), len(seen) + 1)
    return lambda text: re.sub(r'\b([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{32})\b', number, text)

expected, got = numbered(), numbered()
for i, (commands, printed) in enumerate(steps):
    path = '%s/out.%d' % (scratch, i)
    out = open(path).read() if os.path.exists(path) else ''
    for name, text in (('what', commands), ('expected', expected(printed)), ('got', got(out))):
        with open('%s/%s.%d' % (scratch, name, i), 'w') as file:
            file.write(text)
P

for ((i = 0; ; i++)); do
  [ -e "$scratch/what.$i" ] || break
  expect "as printed: $(tail -1 "$scratch/what.$i")" "$(<"$scratch/expected.$i")" "$(<"$scratch/got.$i")"
done

# starts COMMAND LOG: the server $server, which is ready then, or has ended
starts() {
  (cd "$home"; eval "exec $1") >"$2" 2>&1 &
  server=$!
  later kill "$server"
  for ((i = 0; i < 1200; i++)); do
    if grep -q 'ready in' "$2" || ! kill -0 "$server" 2>/dev/null; then return; fi
    sleep 0.1
  done
}
stops() {
  kill "$server" 2>/dev/null || true
  code=0; wait "$server" || code=$?
  expect "and SIGTERM stops it cleanly" 0 "$code"
}

# The database's user must be able to pass through the directory; the demo server keeps its port.
chmod 711 "$scratch"
serve=$(launches README.md | grep '^\./vitrine serve ')
serve=${serve/0.0.0.0:443/127.0.0.1:0}; serve=${serve//\/srv\/vitrine/$scratch/served}; serve=${serve//\/etc\/vitrine/$scratch}
must openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=images.example.org \
  -keyout "$scratch/privkey.pem" -out "$scratch/fullchain.pem"
starts "$serve" "$scratch/serve.log"
expect_match "the command under \"In production\" starts a server" 'ready in' "$(<"$scratch/serve.log")"
stops

# The double, at a free port, with the request under "In tests".
double=$(launches README.md | grep '^\./vitrine up --ephemeral')
starts "$double --listen 127.0.0.1:0" "$scratch/double.log"
url=$(sed -n 's/.*Listening on \([^,]*\), ready in.*/\1/p' "$scratch/double.log")
reset=$(grep '^curl -X POST .*/reset$' "$home/README.md")
expect "both languages have the same request" "$reset" "$(grep '^curl -X POST .*/reset$' "$home/README.zh-CN.md")"
code=0; eval "${reset//http:\/\/127.0.0.1:9292/$url} -fsS" >"$scratch/reset" 2>&1 || code=$?
expect "the command under \"In tests\" starts a double, which is reset" "0 " "$code $(<"$scratch/reset")"
stops
complete=yes
