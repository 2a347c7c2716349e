#!/usr/bin/env bash
# Proves that the READMEs tell the truth: runs the `sh` blocks of their walk-through in one shell, as a reader would, and compares what
# each prints with the `text` block below it (nothing, if there is none). Ids and checksums differ from run to run, so each is
# replaced by its number in the order of appearance: what is the same in the README must be the same here, and the other way round.
# Both languages must have the same blocks, and the settings that Setting.java has.
#
# Input: OS_CLIENT_CONFIG_FILE with the clouds `alice` and `bob`, who see no other image called `disk`.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
home=$(cd "$(dirname "$0")/.." && pwd)
: "${OS_CLIENT_CONFIG_FILE:?a clouds.yaml with the clouds alice and bob}"
clouds=$(realpath -- "$OS_CLIENT_CONFIG_FILE")

# blocks README: the walk-through's blocks, one JSON array of [language, text]
blocks() {
  python3 - "$home/$1" <<'P'
import json, re, sys
text = open(sys.argv[1], encoding='utf-8').read()
walk = text.split('<!-- walkthrough -->', 1)[1].split('<!-- /walkthrough -->', 1)[0]
print(json.dumps(re.findall(r'^```(\w+)\n(.*?)^```$', walk, re.M | re.S), indent=0))
P
}
# shellcheck disable=SC2016 # backquotes of the table
# settings README: the names in its table, in order
settings() { sed -n '/^<!-- settings -->/,/^<!-- \/settings -->/s/^| `\([^`]*\)` |.*/\1/p' "$home/$1"; }

blocks README.md >"$scratch/blocks"
expect "both languages have the same walk-through" "" "$(diff "$scratch/blocks" <(blocks README.zh-CN.md) || true)"
declared=$(sed -n '/new Setting<>(/,/,/{s/.*new Setting<>(//; s/^ *"\([a-z.-]*\)",.*/\1/p;}' \
  "$home/server/src/main/java/dev/vitrine/server/settings/Setting.java")
expect "README.md has the settings there are" "$declared" "$(settings README.md)"
expect "README.zh-CN.md has them too" "$declared" "$(settings README.zh-CN.md)"

# As after `./vitrine up`: the clouds are in data/ of the directory the reader is in.
mkdir -p "$scratch/clone/data" "$scratch/tmp"; ln -s "$clouds" "$scratch/clone/data/clouds.yaml"
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
complete=yes
