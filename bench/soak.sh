#!/usr/bin/env bash
# Runs Hone at full rate for a while and shows that nothing grows that should not: bench/soak.py says what and how.
#   bench/soak.sh         30 minutes
#   bench/soak.sh short   4 minutes: memory, files, threads and connections; tables are told, not judged
# Settings: MINUTES EVERY (seconds from sample to sample) GENERATE_MILLIS PROBLEMS SEED PATIENCE KEEP=1
set -euo pipefail
cd "$(dirname "$0")/.."
. .mvn/find-jdk || exit 2
export JAVA_HOME BATCH=${BATCH:-8}
if [ "${1:-}" = short ]; then
  export MINUTES=${MINUTES:-4} EVERY=${EVERY:-15} JUDGE_TABLES=0
fi
[ -n "${HONE_BUILT:-}" ] || ./mvnw -q -B -ntp -pl bench -am -DskipTests -Dspotless.check.skip=true package
[ -n "${HONE_BUILT:-}" ] && [ -s build/hone.aot ] || ./hone serve --help >/dev/null # what the services start from
exec python3 bench/soak.py
