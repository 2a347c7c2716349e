# How the two programs of Vitrine run: read by the launcher of the source tree and by that of packages. They set:
#   java     the program java
#   server   the folder of vitrine.jar, and of vitrine.aot if a start was recorded
#   options  the file with the options of the server's JVM
#   client   the folder of vitrine-cli.jar, and of vitrine-cli.aot
#   home     the folder in which `up` keeps its data
# shellcheck shell=sh disable=SC2154 # they are set there

fail() {
  echo "vitrine: $*" >&2
  exit 1
}

# is_of_server COMMAND: whether the server carries it out; all others are the client's
is_of_server() {
  case $1 in
    up | serve | backup | restore | verify | admin | keys | audit | train | help | --help | -h | version | --version) ;;
    *) return 1 ;;
  esac
}

# become_server JVM-OPTION COMMAND...
become_server() {
  option=$1
  shift
  # shellcheck disable=SC2086 # several options
  exec "$java" "@$options" "$option" ${VITRINE_JAVA_OPTS:-} -Dvitrine.home="$home" -jar "$server/vitrine.jar" "$@"
}

# become_client JVM-OPTION COMMAND...: in a UTF-8 locale, so that arguments and file names are read as they are; the
# user's own says the language
become_client() {
  language=${LC_ALL:-${LC_MESSAGES:-${LANG:-}}}
  option=$1
  shift
  export LC_ALL=C.UTF-8
  # A command ends before most of its methods would repay their compilation.
  exec "$java" -XX:TieredStopAtLevel=1 -XX:CompileThresholdScaling=10 -XX:+UseSerialGC "$option" -Dvitrine.language="$language" \
    -jar "$client/vitrine-cli.jar" "$@"
}

# with_cache FILE: the option to use a recorded start, or one that changes nothing
with_cache() {
  if [ -e "$1" ]; then echo "-XX:AOTCache=$1"; else echo -Xshare:auto; fi
}

# become COMMAND...
become() {
  if is_of_server "${1:-help}"; then
    become_server "$(with_cache "$server/vitrine.aot")" "$@"
  else
    become_client "$(with_cache "$client/vitrine-cli.aot")" "$@"
  fi
}

# record_start FILE PROGRAM LOG: a cache is there when it is complete, for programs may start meanwhile
record_start() {
  ("$2" -XX:AOTCacheOutput="$1.new" train) >>"$3" 2>&1 && mv "$1.new" "$1"
}

# record LOG: records a start of each program, which halves the time of the next ones; without it, all works
record() {
  recorded=true
  rm -f "$server/vitrine.aot" "$client/vitrine-cli.aot"
  record_start "$server/vitrine.aot" become_server "$1" || {
    recorded=false
    echo "vitrine: a start could not be recorded, so starts will be slower; see $1" >&2
  }
  record_start "$client/vitrine-cli.aot" become_client "$1" || {
    recorded=false
    echo "vitrine: the client could not be recorded, so it will be slower; see $1" >&2
  }
  $recorded
}
