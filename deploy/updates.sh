#!/usr/bin/env bash
# Lists libraries and plugins of the pom.xml files that have a newer release: deploy/updates.sh
#
# Prints `name now -> newest` a line, without previews (alpha, beta, milestone, release candidate). Changes nothing. Exit codes: 0 there is
# none, 4 there are some, 1 it could not be found out. It does not see what the compiler and the formatter load (Error Prone, NullAway,
# google-java-format), and knows no reasons: the pom.xml says why a version stays behind.
set -euo pipefail
cd "$(dirname "$0")/.."
plugin=org.codehaus.mojo:versions-maven-plugin:2.18.0
log=$(mktemp)
trap 'rm -f "$log"' EXIT
for pom in pom.xml example/pom.xml; do
  mvn -B -f "$pom" "$plugin:display-dependency-updates" "$plugin:display-plugin-updates" "-DdependencyExcludes=dev.vitrine:*" \
    "-Dmaven.version.ignore=(?i).*[-.](alpha|beta|preview|ea|b|m|cr|rc|snapshot|incubating)[-.]?[0-9]*([-.].*)?" >>"$log" ||
    { grep '^\[ERROR\]' "$log" | head >&2; exit 1; }
done
# A long name has its versions on the next line. Plugins come with the newest release for each version of Maven, also with older ones.
found=$(sed -n 's/^\[INFO\]   //p' "$log" | sed -e ':a' -e '/\.\.\.$/{N;s/\n */ /;ta}' | sed -n 's/ \.\.*/ /; s/  */ /g; / -> /p' |
  sort -u -k 1,2 -k 4,4V | awk '{ newest[$1 " " $2] = $4 } END { for (one in newest) print one, "->", newest[one] }' |
  while read -r name now _ newest; do
    [ "$(printf '%s\n' "$now" "$newest" | sort -V | tail -n 1)" = "$now" ] || echo "$name $now -> $newest"
  done | sort)
[ -n "$found" ] || exit 0
echo "$found"
exit 4
