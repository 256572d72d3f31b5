#!/usr/bin/env bash
# Tries haproxy.cfg on this machine, with three fakes in place of the pods: in each of
# 20 worlds a key is made and used, and a code is made and exchanged. Every call must
# find the fake that has its world.
set -euo pipefail
cd "$(dirname "$0")"

dir=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null; rm -rf "$dir"' EXIT

servers=
for i in 1 2 3; do
	../../bin/mockgates serve --addr 127.0.0.1:0 --log-level error >"$dir/$i" &
	until grep -qs "listening on" "$dir/$i"; do sleep 0.05; done
	address=$(sed -n 's|^listening on http://\(.*\)/api/v1$|\1|p' "$dir/$i")
	servers+="    server fake$i $address check"$'\n'
done

# A port that was free a moment ago.
PORT=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
export PORT
{ grep -v server-template haproxy.cfg && echo "$servers"; } >"$dir/haproxy.cfg"
haproxy -f "$dir/haproxy.cfg" >"$dir/log" 2>&1 &
base=http://127.0.0.1:$PORT/api/v1
until curl -fsS "http://127.0.0.1:$PORT/_mockgates/health" >/dev/null 2>&1; do
	kill -0 $! || { cat "$dir/log"; exit 1; }
	sleep 0.05
done

# call TOKEN PATH [BODY] sends a request, which must succeed.
call() {
	curl -fsS "$base$2" ${1:+-H "Authorization: Bearer $1"} ${3:+-H 'Content-Type: application/json' -d "$3"}
}

# field NAME prints the first member of a name that is a text.
field() { sed "s/.*\"$1\":\"\([^\"]*\)\".*/\1/"; }

for i in $(seq 20); do
	world=sk-mg-mgmt-world-$i
	key=$(call "$world" /keys '{"name": "nightly"}' | field key)
	call "$key" /key >/dev/null
	call "$world" /keys | grep -q '"name":"nightly"'
	code=$(call "$world" /auth/keys/code "{\"callback_url\": \"https://myapp.com/callback\"}" | field id)
	key=$(call "" /auth/keys "{\"code\": \"$code\"}" | field key)
	call "$key" /key >/dev/null
done

for i in 1 2 3; do
	address=$(sed -n 's|^listening on \(http://.*\)/api/v1$|\1|p' "$dir/$i")
	worlds=$(curl -fsS "$address/_mockgates/health?verbose=true" | sed 's/.*"worlds":{"now":\([0-9]*\).*/\1/')
	echo "fake $i has $worlds worlds"
	[ "$worlds" -gt 0 ]
done
