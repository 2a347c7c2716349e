#!/usr/bin/env bash
# Releases a version: deploy/release.sh [--dry-run] VERSION
#
# In a clean clone of the current commit: sets version and time, closes the heading of the CHANGELOG, builds the packages, tags, and begins the
# next version. Only when all of it has worked, commits and tag come into this repository, and the packages into target/release. Nothing is
# pushed. With --dry-run they stay in the clone.
set -euo pipefail

fail() { echo "release.sh: $*" >&2; exit 1; }
dry=false
[ "${1:-}" != --dry-run ] || { dry=true; shift; }
[[ ${1:-} =~ ^([0-9]+)\.([0-9]+)\.([0-9]+)$ ]] || fail "usage: deploy/release.sh [--dry-run] MAJOR.MINOR.PATCH"
version=$1
next=${BASH_REMATCH[1]}.${BASH_REMATCH[2]}.$((BASH_REMATCH[3] + 1))-SNAPSHOT

home=$(cd "$(dirname "$0")/.." && git rev-parse --show-toplevel)
[ -z "$(git -C "$home" status --porcelain)" ] || fail "there are changes that are not committed"
! git -C "$home" rev-parse -q --verify "refs/tags/v$version" >/dev/null || fail "v$version is there already"
clone=$(mktemp -d)
$dry || trap 'rm -rf "$clone"' EXIT
git clone -q --no-hardlinks "$home" "$clone"
cd "$clone"
git config user.name "$(git -C "$home" config user.name || git -C "$home" log -1 --format=%an)"
git config user.email "$(git -C "$home" config user.email || git -C "$home" log -1 --format=%ae)"
[ -n "$(sed -n '/^## \[Unreleased\]/,/^## \[[0-9]/{/^- /p}' CHANGELOG.md)" ] || fail "CHANGELOG.md has nothing under Unreleased"

now=$(sed -n 's|.*<version>\(.*-SNAPSHOT\)</version>.*|\1|p' pom.xml | head -n 1)
[ -n "$now" ] || fail "pom.xml has no -SNAPSHOT version"
begun=$(git rev-parse HEAD)
built=$(date -u +%Y-%m-%dT%H:%M:%SZ)
# set_version VERSION: in all modules, and the example. It begins with the poms of before, because no library has their -SNAPSHOT version.
set_version() {
  git checkout -q "$begun" -- pom.xml '*/pom.xml'
  git ls-files -z -- pom.xml '*/pom.xml' | xargs -0 sed -i "s|<version>${now//./\\.}</version>|<version>$1</version>|"
  sed -i "s|\(<project.build.outputTimestamp>\).*\(</\)|\1$built\2|" pom.xml
}

set_version "$version"
sed -i "s|^## \[Unreleased\]$|&\n\n## [$version] - $(date -u +%F)|" CHANGELOG.md
git commit -qam "Release $version"
# As an operator gets it; the tests were run before, by .ci/run.
./vitrine package --out "$clone/target/release"
mv "target/release/vitrine-$version/sbom.cdx.json" "target/release/vitrine-$version.cdx.json"
rm -rf "target/release/vitrine-$version"
(cd target/release && sha256sum ./* >SHA256SUMS)
git tag -a "v$version" -m "Vitrine $version"
set_version "$next"
git commit -qam "Begin ${next%-SNAPSHOT}"

if $dry; then
  echo "Nothing is changed. The release is in $clone:"
  git log --oneline -2
  cat target/release/SHA256SUMS
  exit
fi
git -C "$home" pull -q --ff-only "$clone" HEAD
git -C "$home" fetch -q "$clone" "refs/tags/v$version:refs/tags/v$version"
mkdir -p "$home/target"
rm -rf "$home/target/release"
cp -a target/release "$home/target/release"
echo "Released $version: push the branch and the tag v$version. The packages are in target/release."
