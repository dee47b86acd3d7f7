#!/usr/bin/env bash
# Episodes a second through the whole chain of services, issued -> finished -> judged, with outbox, broker, inbox and database: an
# evaluation of EPISODES samples, 8 of each problem as in training, CONCURRENT at one time, by the shipped math agent. The policy is
# a stand-in (dev.hone.bench.StandIns) that answers after GENERATE_MILLIS, so that the services' own work is what is measured; so is
# the tool, or with TOOL=real each episode has one real call of sandbox-service. Trajectories have a bit over 1,000 tokens.
#
# Prints one line of JSON: the rate between the 10th and the 90th part of the episodes, and the heap after a full collection at
# 20, 50 and 80 % of them.
#
# Usage: bench/episodes.sh     Settings: EPISODES=12000 CONCURRENT=600 GENERATE_MILLIS=500 TOOL_MILLIS=200 TOOL=fake|real
set -euo pipefail
cd "$(dirname "$0")/.."
. .mvn/find-jdk || exit 2
episodes=${EPISODES:-12000}; concurrent=${CONCURRENT:-600}; tool=${TOOL:-fake}
out=$(mktemp -d /var/tmp/hone-episodes-XXXXXX); chmod 755 "$out"
[ -n "${HONE_BUILT:-}" ] || ./mvnw -q -B -ntp -pl bench -am -DskipTests -Dspotless.check.skip=true package
python3 - examples/math-agent/data/test.jsonl "$episodes" >"$out/problems.jsonl" <<'PY'
import itertools, sys
lines = open(sys.argv[1]).read().splitlines()
for line in itertools.islice(itertools.cycle(lines), int(sys.argv[2]) // 8):
    print(line)
PY
sed -e "s#file_path: examples/math-agent/data/test.jsonl#file_path: $out/problems.jsonl#" -e 's/project_name: .*/project_name: episodes/' \
  -e 's/max_response_length_in_one_turn: .*/max_response_length_in_one_turn: 640/' -e 's/max_model_len: .*/max_model_len: 2048/' \
  -e 's/    num_repeat: 8/    num_repeat: 8\n    val_num_repeat: 8/' -e "s/max_env_worker: .*/max_env_worker: $concurrent/" examples/math-agent/math_agent.yaml >"$out/episodes.yaml"

trap 'kill $(jobs -p) 2>/dev/null || true; wait; rm -rf "$out"' EXIT
"$JAVA_HOME/bin/java" -Xmx512m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 --enable-native-access=ALL-UNNAMED \
  -cp "$(ls bench/target/bench-*-SNAPSHOT.jar):$(cat bench/target/classpath)" dev.hone.bench.StandIns --model examples/math-agent/model \
  --generate-millis "${GENERATE_MILLIS:-500}" --tool-millis "${TOOL_MILLIS:-200}" >"$out/stand-ins" 2>"$out/stand-ins.log" &
touch "$out/stand-ins"
until grep -q http "$out/stand-ins"; do sleep 0.2; kill -0 $! || { cat "$out/stand-ins.log" >&2; exit 1; }; done
cat "$out/stand-ins" >&2
address=$(grep -o 'http://[0-9.:]*' "$out/stand-ins")
export JAVA_HOME HONE_TIER=${HONE_TIER:-4} GENERATOR_URLS=$address HONE_ROLLOUT_WORKERS=$concurrent
[ "$tool" = real ] || export HONE_ROLLOUT_SANDBOX_URL=$address
./hone golden --help >/dev/null # builds, so that the run starts at once
./hone eval --conf "$out/episodes.yaml" --data-dir "$out/data" --json >"$out/result.json" 2>"$out/progress" &
python3 bench/episodes.py "$out" "$episodes" "$concurrent" "$tool" $!
