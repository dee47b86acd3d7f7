#!/usr/bin/env bash
# The default example's GRPO step on the CPU, Hone and TRL 1.16.0 (GRPOTrainer) in turn, with the ratios of generation, training
# and the whole step. Both: examples/math-agent/model (Qwen2-shaped), the math agent's own first prompts of 16 problems (the same
# token ids), 8 samples of exactly COMPLETION tokens each at temperature 1, float32, OMP_NUM_THREADS=THREADS, one optimizer step
# (AdamW, clipped at 1), no KL term, the same reward. PROMPT=N takes random prompts of N tokens in place of the example's.
#
# Hone: policy, generator and update step of learner-service; a group's prompt is computed once in either phase. Publishing the
# weights counts in its step. TRL: its own generate with Transformers' cache, the whole batch in one pass, no gradient checkpointing.
# Left out on both sides: agent, tools, judge. Both let OpenMP's threads sleep while they wait (Hone does so anyhow).
#
# Usage: bench/grpo-step.sh     Settings: THREADS=2 COMPLETION=96 PROMPT= ROUNDS=2 REPEAT=3 PYTHON= (default: made by bench/venv)
set -euo pipefail
cd "$(dirname "$0")/.."
. .mvn/find-jdk || exit 2
python=${PYTHON:-$(bench/venv)}
threads=${THREADS:-2}; completion=${COMPLETION:-96}; rounds=${ROUNDS:-2}; repeat=${REPEAT:-3}
out=${OUT:-build/grpo-step}; mkdir -p "$out"; lines=$out/steps.jsonl; : >"$lines"
[ -n "${HONE_BUILT:-}" ] || ./mvnw -q -B -ntp -pl bench -am -DskipTests -Dspotless.check.skip=true package
jar=$(ls bench/target/bench-*-SNAPSHOT.jar)
export OMP_NUM_THREADS=$threads OMP_WAIT_POLICY=PASSIVE HF_HUB_OFFLINE=1 TOKENIZERS_PARALLELISM=false
model=examples/math-agent/model
prompts=(--problems examples/math-agent/data/train.jsonl)
[ -z "${PROMPT:-}" ] || prompts=(--prompt "$PROMPT")

for round in $(seq "$rounds"); do
  echo "== round $round of $rounds; load $(cut -d' ' -f1 /proc/loadavg) on $(nproc) cores" >&2
  "$JAVA_HOME/bin/java" -Xmx1g -XX:+UseSerialGC --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow \
    -cp "$jar:$(cat bench/target/classpath)" dev.hone.bench.Bench --model "$model" --threads "$threads" --measure step \
    --groups 16 --samples 8 "${prompts[@]}" --write-prompts "$out/prompts.json" --completion "$completion" --repeat "$repeat" \
    2>>"$out/hone.log" | grep '^{"side"' | tee -a "$lines"
  "$python" bench/peer_trl.py --model "$model" --prompts "$out/prompts.json" --completion "$completion" --threads "$threads" \
    --repeat "$repeat" 2>>"$out/trl.log" | grep '^{"side"' | tee -a "$lines"
done
python3 bench/ratios.py "$lines" | tee "$out/ratios.txt"
