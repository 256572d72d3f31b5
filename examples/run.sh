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

# fetches tells whether there is a node that has fetch.
fetches() { command -v node >/dev/null && node -e 'process.exit(typeof fetch === "function" ? 0 : 1)'; }

for module in examples/go-httptest examples/testscript; do
	run "$module" go -C "$module" test ./...
done
run examples/daily_limit.txtar bin/mockgates check examples/daily_limit.txtar

# The code samples of ModelGates' documents, where those are beside the project. The
# test says which languages it skips and why.
samples() { go test ./cmd/mockgates -run '^TestDocuments_samplesRun$' -count=1 -v | tee "$log"; }
documents=${MOCKGATES_DOCUMENTS:-$PWD/../shared/documents}
unirest=${MOCKGATES_UNIREST:-}
# They are the variables of that test alone: mockgates would take them for misspelt ones of
# its flags.
unset MOCKGATES_DOCUMENTS MOCKGATES_UNIREST
if [ -d "$documents" ]; then
	if command -v mvn >/dev/null && [ -z "$unirest" ]; then
		paths=$(mktemp)
		mvn -q -f testdata/samples/pom.xml dependency:build-classpath -Dmdep.outputFile="$paths"
		unirest=$(cat "$paths")
		rm "$paths"
	fi
	log=$(mktemp)
	MOCKGATES_DOCUMENTS=$documents MOCKGATES_UNIREST=$unirest run "the documents' samples" samples
	while IFS= read -r reason; do
		skip "the documents' samples" "$reason"
	done < <(sed -n 's/^ *samples_test.go:[0-9]*: \(in .*\)/\1/p' "$log" | sort -u)
	rm "$log"
else
	skip "the documents' samples" "MOCKGATES_DOCUMENTS does not name a folder with the documents"
fi

# A program that creates a key, in each language that is there.
for client in python3:main.py node:main.mjs ruby:main.rb php:main.php java:Main.java; do
	program=${client%%:*}
	file=examples/clients/basic/${client#*:}
	if ! command -v "$program" >/dev/null; then
		skip "$file" "there is no $program"
	elif [ "$program" = node ] && ! fetches; then
		skip "$file" "node is older than 18"
	else
		run "$file" bin/mockgates exec -- "$program" "$file"
	fi
done

if ! command -v python3 >/dev/null; then
	skip examples/clients/careful "there is no python3"
	skip examples/pytest "there is no python3"
else
	run examples/clients/careful bin/mockgates exec -- python3 examples/clients/careful/main.py
	if python3 -c 'import pytest' 2>/dev/null; then
		run examples/pytest bin/mockgates exec -- python3 -B -m pytest -q -p no:cacheprovider examples/pytest
	else
		skip examples/pytest "python3 has no pytest"
	fi
fi

if fetches; then
	run examples/node-test bin/mockgates exec -- node --test examples/node-test/keys.test.mjs
else
	skip examples/node-test "there is no node 18 or later"
fi

if command -v mvn >/dev/null; then
	run examples/junit bin/mockgates exec -- mvn -q -f examples/junit/pom.xml test
else
	skip examples/junit "there is no mvn"
fi

if command -v haproxy >/dev/null && command -v curl >/dev/null && command -v python3 >/dev/null; then
	run examples/kubernetes examples/kubernetes/try.sh
else
	skip examples/kubernetes "haproxy, curl and python3 are not all there"
fi

# The examples in containers, which need the image.
compose=(docker compose)
"${compose[@]}" version >/dev/null 2>&1 || compose=(docker-compose)
if ! docker info >/dev/null 2>&1; then
	skip examples/testcontainers-go "there is no Docker daemon"
	skip examples/compose "there is no Docker daemon"
elif ! docker image inspect mockgates >/dev/null 2>&1; then
	skip examples/testcontainers-go "there is no image mockgates; make image builds it"
	skip examples/compose "there is no image mockgates; make image builds it"
else
	# Without its helper container, whose image would have to be pulled.
	export TESTCONTAINERS_RYUK_DISABLED=true
	run examples/testcontainers-go go -C examples/testcontainers-go test -count=1 ./...
	if "${compose[@]}" version >/dev/null 2>&1; then
		compose+=(-f examples/compose/compose.yaml)
		trap '"${compose[@]}" down --volumes' EXIT
		if "${compose[@]}" up --help | grep -q -e '--wait'; then
			run "examples/compose" "${compose[@]}" up --wait
		else
			skip "examples/compose up --wait" "docker compose is older than 2.1.1"
		fi
		services=(check check-https)
		if docker image inspect python:3-slim >/dev/null 2>&1 || docker pull -q python:3-slim >/dev/null 2>&1; then
			services+=(suite)
		else
			skip "examples/compose suite" "the image python:3-slim cannot be pulled"
		fi
		for service in "${services[@]}"; do
			run "examples/compose $service" "${compose[@]}" run --rm "$service"
		done
	else
		skip examples/compose "there is no docker compose"
	fi
fi

echo
echo "examples that ran: $ran; skipped: ${#skipped[@]}"
for line in "${skipped[@]}"; do echo "  skipped $line"; done
