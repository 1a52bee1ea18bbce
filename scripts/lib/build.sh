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
