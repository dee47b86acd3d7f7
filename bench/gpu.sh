#!/usr/bin/env bash
# The table of a CUDA machine: Hone and Transformers in one call, on Qwen2.5-0.5B's shape with random weights in bfloat16:
# generation with log-probabilities at 64, 256 and 1024 concurrent, a training step and a whole GRPO step of 64 prompts x 8
# samples, prompt 128, completion 256 (196,608 tokens). vLLM's and TRL's rows are recorded ones: see bench/README.md.
# Each measurement is one line of JSON in $OUT/gpu.jsonl (default build/gpu); one that fails does not lose the others.
#
# Needs: jars in .gpuapp (bench/gpu-app), $JAVA, DJL's environment for CUDA (PYTORCH_LIBRARY_PATH, ...), python3 with PyTorch
# and Transformers as the peer. Training takes every GPU there is: CUDA_VISIBLE_DEVICES=0 for the figures of one. Settings: APP, SHAPE, DEVICE, COMPUTE, CONCURRENT, GROUPS_, PROMPT, COMPLETION, MICRO, BURST.
set -uo pipefail
cd "$(dirname "$0")/.."
out=${OUT:-build/gpu}; mkdir -p "$out"
lines=$out/gpu.jsonl; : >"$lines"
java=${JAVA:-java}; app=${APP:-.gpuapp/*}
shape=${SHAPE:-bench/shapes/qwen2.5-0.5b}; device=${DEVICE:-cuda}
concurrent=${CONCURRENT:-64,256,1024}; groups=${GROUPS_:-64}; prompt=${PROMPT:-128}; completion=${COMPLETION:-256}
same=(--groups "$groups" --prompt "$prompt" --completion "$completion")

hone() { # name, seconds, arguments
  local name=$1 limit=$2; shift 2
  echo "== Hone: $name" >&2
  timeout "$limit" "$java" -Xmx"${HEAP:-12g}" --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow \
    -cp "$app" dev.hone.bench.Bench --device "$device" "$@" 2>>"$out/hone.log" | tee -a "$lines" || { echo "!! $name: see hone.log" >&2; tail -5 "$out/hone.log" >&2; }
}
peer() {
  echo "== Transformers: $1" >&2
  local limit=$2; shift 2
  # The peer has its own PyTorch: none of DJL's libraries.
  timeout "$limit" env LD_LIBRARY_PATH="${PEER_LIBRARY_PATH:-/usr/local/nvidia/lib64}" HF_HUB_OFFLINE=1 python3 bench/peer_transformers.py --model "$shape" --device "$device" "${same[@]}" "$@" \
    2>>"$out/peer.log" | tee -a "$lines" || { echo "!! see peer.log" >&2; tail -5 "$out/peer.log" >&2; }
}

nvidia-smi --query-gpu=name,memory.used,clocks.sm --format=csv,noheader >&2 || true
# Is what the device computes right? Sampling's log-probabilities against those of the training pass, on a tiny shape.
hone "check on a tiny shape" 60 --model bench/shapes/tiny --compute "${COMPUTE:-bfloat16}" --measure step --repeat 1 --groups 4 --prompt 32 --completion 32
hone "generate, train, step" 250 --model "$shape" --compute "${COMPUTE:-bfloat16}" --measure generate,train,step \
  --concurrent "$concurrent" --micro-tokens "${MICRO:-24576}" --burst "${BURST:-16}" --repeat "${REPEAT:-2}" "${same[@]}"
peer "generate" 130 --measure generate --concurrent "$concurrent,$((groups * 8))"
peer "train" 90 --measure train
python3 bench/table.py "$lines" | tee "$out/gpu.txt"
