# shellcheck shell=bash
# For scripts that need the jar. Source it in the project's folder.

# Builds the jar if it is missing or older than the sources. Sets $jar to its path.
build_jar() {
  jar=target/redistributed.jar
  if [ ! -f "$jar" ] || [ -n "$(find src/main conf/all-in-one.yaml pom.xml -newer "$jar" | head -n 1)" ]; then
    echo "Building $jar (the first time this takes a minute or two) ..."
    mvn -B -ntp -q -DskipTests package
  fi
}

# Builds the class data archive in the same way. Sets the array $with_archive to the options for java, empty if there is no
# archive. The JVM silently ignores an archive of another JVM.
# shellcheck disable=SC2034
build_archive() {
  archive=target/redistributed.jsa
  with_archive=()
  if [ "$archive" -nt "$jar" ] || scripts/lib/archive.sh "$jar" "$archive"; then
    with_archive=("-XX:SharedArchiveFile=$archive" -Xlog:cds=off -Xlog:cds+dynamic=off)
  elif [ $? -eq 130 ]; then
    exit 130
  fi
}

# Builds the jar and the test classes. Sets the array $test_java to the command that runs a main class of the tests.
# shellcheck disable=SC2034
build_tests() {
  build_jar
  local path=target/test-classpath
  mvn -B -ntp -q test-compile org.apache.maven.plugins:maven-dependency-plugin:3.9.0:build-classpath -Dmdep.outputFile="$path"
  test_java=(java -Xmx1g -XX:+ExitOnOutOfMemoryError "-Dredistributed.jar=$jar" -cp "target/test-classes:target/classes:$(cat "$path")")
}
