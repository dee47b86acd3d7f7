#!/usr/bin/env bash
# Episodes a second with 1, 2, 4 and 8 rollout- and judge-services as processes, a stand-in for policy and tool: bench/scaling.py says how.
# docs/scaling.md has what came of it. On few processors the workers' own work is the limit early; its last column says so.
# Settings: WORKERS=1,2,4,8 PLACES=16 (episodes at one time in each rollout-service) SECONDS_EACH=60 KEEP=1
set -euo pipefail
cd "$(dirname "$0")/.."
. .mvn/find-jdk || exit 2
export JAVA_HOME
[ -n "${HONE_BUILT:-}" ] || ./mvnw -q -B -ntp -pl bench,gateway,task-service,rollout-service,judge-service -am -DskipTests -Dspotless.check.skip=true package
exec python3 bench/scaling.py
