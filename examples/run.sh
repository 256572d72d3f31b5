#!/usr/bin/env bash
# Runs every example whose tools are installed, and lists at the end which it has
# skipped and why. make examples calls it, with the program in bin/mockgates.
set -euo pipefail
cd "$(dirname "$0")/.."

ran=0
skipped=()

# run NAME COMMAND... runs an example.
run() {
	local name=$1
	shift
	echo "== $name: $*"
	"$@"
	ran=$((ran + 1))
}

# skip NAME REASON notes an example that cannot run here.
skip() { skipped+=("$1: $2"); }

for module in examples/go-httptest examples/testscript; do
	run "$module" go -C "$module" test ./...
done
run examples/daily_limit.txtar bin/mockgates check examples/daily_limit.txtar

if ! command -v python3 >/dev/null; then
	skip examples/clients "there is no python3"
	skip examples/pytest "there is no python3"
else
	run examples/clients bin/mockgates exec -- python3 examples/clients/careful/main.py
	if python3 -c 'import pytest' 2>/dev/null; then
		run examples/pytest bin/mockgates exec -- python3 -B -m pytest -q -p no:cacheprovider examples/pytest
	else
		skip examples/pytest "python3 has no pytest"
	fi
fi

if command -v node >/dev/null && node -e 'process.exit(typeof fetch === "function" ? 0 : 1)'; then
	run examples/node-test bin/mockgates exec -- node --test examples/node-test/keys.test.mjs
else
	skip examples/node-test "there is no node 18 or later"
fi

if ! docker info >/dev/null 2>&1; then
	skip examples/compose "there is no Docker daemon"
elif ! docker compose version >/dev/null 2>&1; then
	skip examples/compose "there is no docker compose"
elif ! docker image inspect mockgates >/dev/null 2>&1; then
	skip examples/compose "there is no image mockgates; make image builds it"
else
	run examples/compose docker compose -f examples/compose/compose.yaml run --rm check
	docker compose -f examples/compose/compose.yaml down
fi

echo
echo "examples that ran: $ran; skipped: ${#skipped[@]}"
for line in "${skipped[@]}"; do echo "  skipped $line"; done
