#!/usr/bin/env bash
# Kills Hone's processes with -9 in the middle of its work, and more; shows that nothing was lost or done twice: bench/chaos.py says how.
#   bench/chaos.sh         every part, 20 kills or more in each of two runs of 544 episodes, each process twice or more. An hour on 2 processors
#   bench/chaos.sh short   5 kills in a run of 128 episodes; 3 minutes
# Settings: SEED (which are killed, and the runs' own; printed) PARTS=fake,echoes,roll,outage,real,lease KILLS MOST EACH STEPS BATCH GENERATE_MILLIS
# AT_ONCE OUTAGE=60 PATIENCE KEEP=1
set -euo pipefail
cd "$(dirname "$0")/.."
. .mvn/find-jdk || exit 2
export JAVA_HOME
if [ "${1:-}" = short ]; then
  export PARTS=${PARTS:-fake} KILLS=${KILLS:-5} MOST=${MOST:-5} EACH=${EACH:-0} STEPS=${STEPS:-3} BATCH=${BATCH:-4} GENERATE_MILLIS=${GENERATE_MILLIS:-1500} PATIENCE=${PATIENCE:-600}
fi
[ -n "${HONE_BUILT:-}" ] || ./mvnw -q -B -ntp -pl bench -am -DskipTests -Dspotless.check.skip=true package
[ -n "${HONE_BUILT:-}" ] && [ -s build/hone.aot ] || ./hone serve --help >/dev/null # what the services start from
exec python3 bench/chaos.py
