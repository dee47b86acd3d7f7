#!/usr/bin/env bash
# GSM8K with a real model on one GPU, through the whole platform: the base model evaluated, fine-tuned on traces, evaluated,
# trained by GRPO with evaluations on the way, and what all of it told collected as lines of JSON. examples/gsm8k/README.md says what
# has to be in models/.
#
# Usage: bench/gsm8k.sh PHASE...    probe | base | sft | eval-sft | grpo | eval-grpo | collect | compare (TRL beside) | two (GPUs) |
#   all (probe to collect)
#
# A phase that is done is left out when it is asked for again; a GRPO run that was stopped goes on. Settings, as variables:
#   OUT (build/gsm8k), DATA (/var/tmp/hone-gsm8k), GRPO, SFT (the YAML files), SET ("KEY=VALUE ..." for the GRPO run),
#   LIMIT (seconds after which the GRPO run is paused), EVAL ("--limit 20 ..."), PORT of the gateway (a free one),
#   JAVA and CLASSPATH_FILE (jars, a name a line beside that file: a machine without Maven; else ./hone is called), HEAP.
set -uo pipefail
cd "$(dirname "$0")/.."
root=$PWD
out=${OUT:-build/gsm8k}; data=${DATA:-/var/tmp/hone-gsm8k}; port=${PORT:-$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')}
grpo=${GRPO:-examples/gsm8k/grpo.yaml}; sft=${SFT:-examples/gsm8k/sft.yaml}
export HONE_HOME=$root
# As many at one time as a step has episodes; on a GPU a burst of 16 tokens costs little more than one of 4.
export HONE_LEARNER_MAXCONCURRENT=${HONE_LEARNER_MAXCONCURRENT:-512} HONE_LEARNER_BURST=${HONE_LEARNER_BURST:-16}
export HONE_ROLLOUT_WORKERS=${HONE_ROLLOUT_WORKERS:-512} SANDBOX_EXECUTION_QUEUE=${SANDBOX_EXECUTION_QUEUE:-4096}
mkdir -p "$out" "$data"; chmod 755 "$data"

hone() {
  if [ -z "${CLASSPATH_FILE:-}" ]; then ./hone "$@"; else java_of_pieces dev.hone.cli.Main "$@"; fi
}
java_of_pieces() { # class, arguments
  local lib; lib=$(cd "$(dirname "$CLASSPATH_FILE")" && pwd)
  "$JAVA" -Xmx"${HEAP:-12g}" -XX:+UseParallelGC -XX:MetaspaceSize=256m -XX:ReservedCodeCacheSize=240m --enable-native-access=ALL-UNNAMED \
    --sun-misc-unsafe-memory-access=allow -Djava.awt.headless=true -Dfile.encoding=UTF-8 \
    -cp "$(sed "s#^#$lib/#" "$CLASSPATH_FILE" | paste -sd:)" "$@"
}
say() { echo "[$(date -u +%T)] $*" >&2; }
phase() { # name, command...: runs it unless it is done, with its time in phases.jsonl
  local name=$1 start status; shift
  [ ! -e "$out/$name.done" ] || { say "$name: done before"; return 0; }
  say "$name begins"; start=$(date +%s.%N)
  "$@"; status=$?
  python3 -c 'import json,sys; print(json.dumps({"phase": sys.argv[1], "status": int(sys.argv[2]), "seconds": round(float(sys.argv[4]) - float(sys.argv[3]), 1)}))' \
    "$name" "$status" "$start" "$(date +%s.%N)" >>"$out/phases.jsonl"
  say "$name ends with $status"
  [ "$status" = 0 ] || return "$status"
  touch "$out/$name.done"
}
# Evaluations and runs log beside their results; what ran on the way shows in NAME.log.
evaluate() { # name, model
  # shellcheck disable=SC2086
  hone eval --conf "$grpo" --model "$2" --json --data-dir "$data" ${EVAL:-} >"$out/$1.json" 2>"$out/$1.log" || { tail -5 "$out/$1.log" >&2; return 1; }
  cat "$out/$1.json" >&2
}
fine_tune() {
  hone sft --conf "$sft" --json >"$out/sft.json" 2>"$out/sft.log" || { tail -5 "$out/sft.log" >&2; return 1; }
  cat "$out/sft.json" >&2
}
train() {
  local set=() one how=()
  for one in ${SET:-}; do set+=(--set "$one"); done
  if grep -q 'is submitted$' "$out/grpo.log" 2>/dev/null; then how=(--resume); else how=(--conf "$grpo" "${set[@]}"); fi
  # Paused as by Ctrl-C: the step on its way ends, the next call goes on.
  if [ -n "${LIMIT:-}" ]; then
    hone train "${how[@]}" --json --port "$port" --data-dir "$data" >"$out/grpo.json" 2>>"$out/grpo.log" &
    local pid=$! waited=0
    while kill -0 "$pid" 2>/dev/null && [ "$waited" -lt "$LIMIT" ]; do sleep 1; waited=$((waited + 1)); done
    pkill -TERM -P "$pid" # what Ctrl-C does; bash has background commands ignore SIGINT
    wait "$pid"
  else
    hone train "${how[@]}" --json --port "$port" --data-dir "$data" >"$out/grpo.json" 2>>"$out/grpo.log"
  fi
  local status=$?
  tail -3 "$out/grpo.log" >&2
  return "$status"
}
collect() { # everything that the runs of the data directory told, by a gateway of its own
  hone serve all --port "$port" --data-dir "$data" >"$out/serve.log" 2>&1 &
  local pid=$! status
  python3 bench/gsm8k.py collect "http://127.0.0.1:$port" "$out"; status=$?
  pkill -TERM -P "$pid"
  wait "$pid" 2>/dev/null
  return "$status"
}
compare() { # a step of the same model, prompts and lengths: Hone's engine, then TRL, which takes its prompts
  local same=(--model models/gemma-3-270m-sft --samples 8 --completion "${COMPLETION:-128}" --repeat 2)
  python3 -c 'import itertools, json
for line in itertools.islice(open("models/gsm8k_react_sft.jsonl"), '"${PROBLEMS:-64}"'):
    print(json.dumps({"question": json.loads(line)["messages"][0]["content"]}))' >"$out/problems.jsonl"
  java_of_pieces dev.hone.bench.Bench "${same[@]}" --device "${DEVICE:-cuda}" --compute "${COMPUTE:-bfloat16}" --measure step --groups "${PROBLEMS:-64}" \
    --problems "$out/problems.jsonl" --write-prompts "$out/prompts.json" --micro-tokens 24576 --burst 16 >"$out/compare.jsonl" 2>"$out/compare.log" || return 1
  # The peer has its own PyTorch: none of DJL's libraries.
  env LD_LIBRARY_PATH="${PEER_LIBRARY_PATH:-/usr/local/nvidia/lib64}" PYTHONPATH="${PEER_PYTHONPATH:-}" HF_HUB_OFFLINE=1 "${PEER_PYTHON:-python3}" bench/peer_trl.py \
    "${same[@]}" --device "${DEVICE:-cuda}" --prompts "$out/prompts.json" --micro-rows "${MICRO_ROWS:-32}" >>"$out/compare.jsonl" 2>>"$out/compare.log" || { tail -5 "$out/compare.log" >&2; return 1; }
  cat "$out/compare.jsonl" >&2
}
two() { # learner on one GPU, policy-server on another, asynchronous: the run of SET, in a data directory of its own
  local set=() one server=http://127.0.0.1:18086 learner status
  for one in ${SET:-} max_staleness=1 rollout_is=token devices=1; do set+=(--set "$one"); done
  CUDA_VISIBLE_DEVICES=0 GENERATOR_URLS=$server hone train --conf "$grpo" "${set[@]}" --json --port "$port" --data-dir "$data-two" >"$out/two.json" 2>"$out/two.log" &
  local run=$!
  learner=$(python3 bench/gsm8k.py learner "$run") || { pkill -TERM -P "$run"; return 1; }
  CUDA_VISIBLE_DEVICES=1 HONE_POLICYSERVER_POLL=100ms HONE_POLICYSERVER_MAXCONCURRENT=$HONE_LEARNER_MAXCONCURRENT HONE_POLICYSERVER_BURST=$HONE_LEARNER_BURST \
    HONE_SERVICE_SECRET_FILE=$data-two/service-secret hone serve policy-server --learner "$learner" --port "${server##*:}" --data-dir "$data-two-server" >"$out/two-server.log" 2>&1 &
  local follower=$!
  wait "$run"; status=$?
  pkill -TERM -P "$follower"; wait "$follower"
  tail -3 "$out/two.log" >&2
  [ "$status" = 0 ] && data=$data-two && mkdir -p "$out/two" && out=$out/two collect
}
probe() {
  {
    nvidia-smi --query-gpu=name,memory.total,memory.used --format=csv,noheader 2>&1
    nproc; grep MemTotal /proc/meminfo; df -h "$data" | tail -1; id -un; uname -r
    unshare -Ur true && echo "user namespaces: yes" || echo "user namespaces: no"
    unshare -U true && echo "unshare -U: yes" || echo "unshare -U: no"
    command -v bwrap && bwrap --ro-bind / / --unshare-all --dev /dev --proc /proc true && echo "bwrap: yes" || echo "bwrap: no"
    ls -l /usr/bin/python3 /usr/local/bin/python3 2>/dev/null; /usr/bin/python3 -V
    hone doctor --data-dir "$data"
  } >"$out/probe.txt" 2>&1
  cat "$out/probe.txt" >&2
  return 0
}

for asked in "${@:-all}"; do
  case $asked in
    all) set -- probe base sft eval-sft grpo collect ;;
  esac
done
for asked; do
  case $asked in
    probe) phase probe probe ;;
    base) phase base evaluate base models/gemma-3-270m ;;
    sft) phase sft fine_tune ;;
    eval-sft) phase eval-sft evaluate eval-sft models/gemma-3-270m-sft ;;
    grpo) phase grpo train ;;
    eval-grpo) phase eval-grpo evaluate eval-grpo "${TRAINED:-$data/runs/gsm8k-1/model}" ;;
    collect) rm -f "$out/collect.done"; phase collect collect ;;
    compare) phase compare compare ;;
    two) phase two two ;;
    *) echo "bench/gsm8k.sh: there is no phase '$asked'" >&2; exit 2 ;;
  esac || { status=$?; [[ "$asked $status" =~ ^grpo\ (130|143)$ ]] || { say "$asked failed"; exit 1; }; say "paused; call grpo again to go on"; }
done
