#!/usr/bin/env bash
# Compares the codecs with the Java library on random messages: fields that are read, and the envelope written from them.
# fuzz.sh SEED COUNT NAME COMMAND...: COMMAND prints what it reads in the messages on its standard input, as canon.py does.
# Needs target/redistributed.jar; the messages and answers stay in target/codecs.
set -euo pipefail
seed=$1 count=$2 name=$3
shift 3
root=$(cd "$(dirname "$0")/.." && pwd)
out=$root/target/codecs/fuzz-$seed-$count
mkdir -p "$out"
peer=(java -XX:TieredStopAtLevel=1 -cp "$root/target/redistributed.jar" "$root/codecs/peer/Peer.java")
[ -f "$out/messages" ] || { "${peer[@]}" generate "$seed" "$count" >"$out/messages.new" && mv "$out/messages.new" "$out/messages"; }
"${peer[@]}" canon <"$out/messages" >"$out/java"
"$@" <"$out/messages" >"$out/$name"
if ! cmp -s "$out/java" "$out/$name"; then
  echo "fuzz: $name differs from Java, seed $seed; messages with both answers:" >&2
  paste -d '\n' "$out/messages" "$out/java" "$out/$name" | awk 'NR%3==1{m=$0} NR%3==2{j=$0} NR%3==0 && j!=$0{print m; print j; print $0; print ""; if(++n==5) exit}' | cut -c1-1000 >&2
  exit 1
fi
echo "fuzz: $name reads $count messages as Java does, seed $seed"
