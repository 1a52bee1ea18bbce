# shellcheck shell=bash
# For scripts that need the jar; to be sourced in the project's folder.

# Builds the jar if it is missing or older than what it is made of; leaves its path in $jar.
build_jar() {
  jar=target/redistributed.jar
  if [ ! -f "$jar" ] || [ -n "$(find src/main conf/all-in-one.yaml pom.xml -newer "$jar" | head -n 1)" ]; then
    echo "Building $jar (the first time this takes a minute or two) ..."
    mvn -B -ntp -q -DskipTests package
  fi
}

# The same for the archive of its classes. Leaves in the array $with_archive what java takes for it, which is nothing if none
# could be made; one that the JVM cannot use, as it is of another, is passed over in silence.
# shellcheck disable=SC2034
build_archive() {
  archive=target/redistributed.jsa
  with_archive=()
  if [ "$archive" -nt "$jar" ] || scripts/lib/archive.sh "$jar" "$archive"; then
    with_archive=("-XX:SharedArchiveFile=$archive" -Xlog:cds=off -Xlog:cds+dynamic=off)
  fi
}
