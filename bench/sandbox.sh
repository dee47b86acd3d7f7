#!/usr/bin/env bash
# sandbox-service over REST: calls a second, latency and processor time of print(17*23) at 4 clients; 32 callers at once; with LEVEL=50000
# memory, processes, threads and files before and after so many calls. Wanted on 2 quiet cores: at least 250 calls/s, p99 at most 25 ms.
#
# Usage: bench/sandbox.sh     Settings: CALLS=5000 LEVEL=0 ISOLATION=namespaces; HONE_BUILT=1 takes the jar that is there
set -euo pipefail
cd "$(dirname "$0")/.."
. .mvn/find-jdk || exit 2
[ -n "${HONE_BUILT:-}" ] || ./mvnw -q -B -ntp -pl sandbox-service -am -DskipTests -Dspotless.check.skip=true package
PATH=$JAVA_HOME/bin:$PATH exec python3 bench/sandbox.py --calls "${CALLS:-5000}" --level "${LEVEL:-0}" -- \
  "$JAVA_HOME/bin/java" -Xmx256m -jar sandbox-service/target/sandbox-service-*-exec.jar --sandbox.isolation="${ISOLATION:-namespaces}"
