#!/usr/bin/env bash
# llama-server, built from the sources that node-llama-cpp carries and linked with its prebuilt libraries (of the same release): the real thing behind
# `coverbound doctor --server` and `coverbound audit --server`. Needs git and a C++ compiler; fifteen files, some minutes of one processor; nothing is downloaded where
# node-llama-cpp is installed (`npm ci` does that where there is a build for the platform). Multimodal models and the web page are left out: their functions are not
# called for text, and say nothing where they are.
#
#   benchmarks/peers/llama_server.sh build            # into OUT, /tmp/coverbound-llama-server where nothing is said
#   benchmarks/peers/llama_server.sh run 250k 8080    # a checkpoint, a port
#   benchmarks/peers/llama_server.sh figures          # builds, runs, and prints what coverbound says of it (recorded in reports/manual/live.md)
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# Not in the repository: what is there is type-checked and formatted.
out=${OUT:-${TMPDIR:-/tmp}/coverbound-llama-server}
source=$out/llama.cpp
carried=$here/node_modules/node-llama-cpp/llama/gitRelease.bundle
platform=${PLATFORM:-linux-x64}
libraries=$here/node_modules/@node-llama-cpp/$platform/bins/$platform
binary=$out/llama-server

build() {
  [ -x "$binary" ] && return 0
  for needed in "$carried" "$libraries"; do
    [ -e "$needed" ] || { echo "no $needed: npm ci, on a platform that node-llama-cpp has a build for" >&2; exit 1; }
  done
  mkdir -p "$out/objects"
  [ -d "$source" ] || git clone -q "$carried" "$source"
  # What its build would generate: a page that is not there.
  mkdir -p "$out/include"
  cat >"$out/include/ui.h" <<'PAGE'
#pragma once
#include <array>
#include <cstddef>
#include <string>
struct llama_ui_asset { std::string name; const unsigned char * data; size_t size; std::string type; std::string etag; };
inline const llama_ui_asset * llama_ui_find_asset(const std::string &) { return nullptr; }
inline bool llama_ui_use_gzip() { return false; }
inline const std::array<llama_ui_asset, 0> & llama_ui_get_assets() { static const std::array<llama_ui_asset, 0> none{}; return none; }
PAGE
  local flags=(-std=c++17 -O1 -fPIC -w -DNDEBUG -I"$out/include" -I"$source" -I"$source/include" -I"$source/ggml/include" -I"$source/common" -I"$source/vendor"
    -I"$source/tools/mtmd" -I"$source/tools/server" -I"$source/src")
  local objects=()
  for file in "$source"/tools/server/*.cpp "$source"/vendor/cpp-httplib/httplib.cpp; do
    local object=$out/objects/$(basename "$file" .cpp).o
    objects+=("$object")
    [ "$object" -nt "$file" ] || nice "${CXX:-g++}" "${flags[@]}" -c "$file" -o "$object"
  done
  for library in llama llama-common ggml ggml-base; do
    local found=("$libraries"/lib"$library".so* "$libraries"/lib"$library".v*.so)
    for one in "${found[@]}"; do [ -e "$one" ] && objects+=("$one"); done
  done
  # What the libraries lack (multimodal models) says nothing where it is called.
  local link=("${CXX:-g++}" "${objects[@]}" -Wl,-rpath,"$libraries" -Wl,--no-demangle -lpthread -ldl)
  { "${link[@]}" -o /dev/null 2>&1 || true; } | sed -n "s/.*undefined reference to [\`']\([A-Za-z_][A-Za-z0-9_]*\)'.*/long \1(void) { return 0; }/p" |
    sort -u >"$out/missing.c"
  cc -w -c "$out/missing.c" -o "$out/missing.o"
  # It loads the backend for this processor from beside it.
  ln -sf "$libraries"/libggml-cpu-*.so "$out/"
  "${link[@]}" "$out/missing.o" -o "$binary"
}

run() {
  exec "$binary" -m "$here/src/language-model/checkpoints/arithmetic-$1.gguf" --port "$2" --host 127.0.0.1 -c 2048 -np 8 -t 1 -ctk f32 -ctv f32 \
    --temp 0.8 --top-k 40 --top-p 0.95 --min-p 0.05
}

figures() {
  build
  local port=${PORT:-8089} folder
  folder=$(mktemp -d)
  ("$0" run 1M "$port" >"$folder/server.log" 2>&1) &
  local server=$!
  # shellcheck disable=SC2064 # the process of now
  trap "kill $server 2>/dev/null || true; rm -rf '$folder'" EXIT
  for _ in $(seq 100); do curl -sf "http://127.0.0.1:$port/health" >/dev/null && break || sleep 0.2; done
  cd "$folder"
  for q in 74-9 92-26 '20*2' '71*2'; do printf '{"prompt": "%s="}\n' "$q"; done >questions.jsonl
  local coverbound=("$here/node_modules/.bin/node" "$here/src/cli/bin.ts")
  "${coverbound[@]}" doctor --server "http://127.0.0.1:$port" --prompt '12+7=' || true
  local call=(audit spanner-sampling --prompts questions.jsonl --checks "$here/properties/arbitrary/arithmetic-checks.ts" --coverage 20 --max-tokens 6 --stop '\n'
    --parameters practical,prompts=20,rounds=3 --answers 30 --answer-draws 60 --batch 8)
  "${coverbound[@]}" "${call[@]}" --server "http://127.0.0.1:$port" --out live || true
  "${coverbound[@]}" "${call[@]}" --embedded 1M --out embedded || true
}

case "${1:-figures}" in
build) build ;;
run) build && run "${2:-1M}" "${3:-8080}" ;;
figures) figures ;;
*) echo "expected build, run or figures" >&2 && exit 2 ;;
esac
