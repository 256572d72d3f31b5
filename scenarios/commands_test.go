package scenarios_test

import (
	"strings"
	"testing"
	"time"

	"github.com/mockgates/mockgates/scenarios"
)

// TestRun_eachCommand plays a short script for each way in which a command can succeed
// or fail.
func TestRun_eachCommand(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		script string
		want   int
		text   string // that the report contains
	}{
		"a call that conforms passes":                {"call POST /keys key.json", 0, "conforms (1 scenario, 1 exchange"},
		"an unexpected status fails":                 {"call POST /keys key.json\nstatus 200", 4, "want: 200"},
		"a status that is not a number is refused":   {"call POST /keys key.json\nstatus OK", 4, `"OK" is not an HTTP status`},
		"status before a call is refused":            {"status 200", 8, "there is no response yet"},
		"! turns a mismatch into success":            {"call POST /keys key.json\n! status 200", 0, "conforms"},
		"! turns success into failure":               {"call POST /keys key.json\n! status 201", 4, "unexpected success"},
		"! does not turn a usage error into success": {"call POST /keys key.json\n! status OK", 4, "is not an HTTP status"},
		"! does not turn a closed connection into success": {
			"fault create-keys effect=hangup\n! call POST /keys key.json", 4, "got no complete response",
		},
		"a closed connection can be expected": {"fault create-keys effect=hangup\nexpect-violation connection\ncall POST /keys key.json", 0, "conforms"},
		"a missing response cannot be asserted on": {
			"fault create-keys effect=hangup\nexpect-violation connection\ncall POST /keys key.json\nstatus 201", 4, "got no complete response",
		},
		"a complete response is not a closed connection": {"expect-violation connection\ncall POST /keys key.json", 4, "the script expects a violation"},
		"expect-violation allows a violation at its place": {
			"fault create-keys effect=wrong-content-type\nexpect-violation 'header Content-Type'\ncall POST /keys key.json", 0, "conforms",
		},
		"expect-violation without a place allows any violation": {"fault create-keys effect=garbage\nexpect-violation\ncall POST /keys key.json", 0, "conforms"},
		"expect-violation allows no violation elsewhere": {
			"fault create-keys effect=wrong-content-type\nexpect-violation body\ncall POST /keys key.json", 4, "departs from the contract",
		},
		"expect-violation holds for one call": {
			"fault create-keys effect=garbage\nexpect-violation\ncall POST /keys key.json\ncall POST /keys key.json", 4, "departs from the contract",
		},
		"invalid holds for one call":                           {"invalid\ncall POST /keys\nstatus 400\ncall POST /keys", 4, "put invalid before the call"},
		"a header holds for one call":                          {"header Prefer code=429\ncall POST /keys key.json\nstatus 429\ncall POST /keys key.json\nstatus 201", 0, "conforms"},
		"a header can be left out":                             {"invalid\nheader Content-Type ''\ncall POST /keys key.json\nstatus 400", 0, "conforms"},
		"a method in lower case is refused":                    {"call post /keys key.json", 8, "not in upper case"},
		"a path without a slash is refused":                    {"call POST keys key.json", 8, "does not begin with /"},
		"a file that does not exist is refused":                {"call POST /keys kye.json", 2, `script.txtar:1:17: there is no file "kye.json"; did you mean key.json?`},
		"capture sets a variable of the script":                {"call POST /keys key.json\ncapture HASH .data.hash\nspend $HASH 1", 0, "conforms"},
		"capture sets a variable of jq":                        {"call POST /keys key.json\ncapture NAME .data.name\njq '.data.name == $NAME'", 0, "conforms"},
		"capture keeps the type of the value":                  {"call POST /keys key.json\ncapture LIMIT .data.limit\njq '$LIMIT + 1 == 11'", 0, "conforms"},
		"capture of a missing member fails":                    {"call POST /keys key.json\ncapture X .data.nothing", 4, "does not give one value"},
		"capture of an invalid name is refused":                {"call POST /keys key.json\ncapture 1X .data", 4, "want: capture NAME EXPR"},
		"jq that does not parse is refused":                    {"call POST /keys key.json\njq '.data ='", 2, "is not a jq expression"},
		"jq that does not compile is refused":                  {"call POST /keys key.json\njq '$NOBODY'", 2, "cannot be compiled"},
		"jq that ends with an error fails":                     {"call POST /keys key.json\njq '.data.name + 1'", 4, "cannot be evaluated"},
		"jq that is not true fails":                            {"call POST /keys key.json\njq .data.limit", 4, "got:  10"},
		"jq that gives several values fails":                   {"call POST /keys key.json\njq '.data | keys[] | true'", 4, "want: true"},
		"jq that does not end is stopped":                      {"call POST /keys key.json\njq 'repeat(1)'", 4, "more than 1000 values"},
		"jq shows the comparison that failed":                  {"call POST /keys key.json\njq '.data.limit == 10 and (.data | .name != \"nightly\")'", 4, `want: .name != "nightly"`},
		"jq shows which comparison failed":                     {"call POST /keys key.json\njq '.data.limit == 20 and .data.name == \"nightly\"'", 4, "want: .data.limit == 20"},
		"jq has the status":                                    {"call POST /keys key.json\njq '$status == 201'", 0, "conforms"},
		"capture takes stdout of a program":                    {"exec echo key-7\ncall POST /keys key.json\nexec echo key-7\ncapture X stdout\njq '$X == \"key-7\"'", 0, "conforms"},
		"capture takes a group of an expression":               {"call POST /keys key.json\nexec echo id=7.\ncapture X stdout 'id=(.)'\njq '$X == \"7\"'", 0, "conforms"},
		"capture takes the match of an expression":             {"call POST /keys key.json\nexec echo id=7.\ncapture X stdout '[0-9]'\njq '$X == \"7\"'", 0, "conforms"},
		"capture shows the stdout that does not match":         {"call POST /keys key.json\nexec echo id=7\ncapture X stdout 'no=(.)'", 4, `got:  "id=7\n"`},
		"capture refuses a regular expression that is not one": {"exec echo 7\ncapture X stdout '('", 2, "script.txtar:2:18: \"(\" is not a regular expression"},
		"capture of an empty stdout fails":                     {"call POST /keys key.json\nexec true\ncapture X stdout", 4, "the captured value is empty"},
		"eventually passes at once":                            {"call POST /keys key.json\ncapture HASH .data.hash\ncall GET /keys/$HASH\neventually 5s jq '.data.name == \"nightly\"'", 0, "2 exchanges"},
		"eventually repeats only a read":                       {"call POST /keys key.json\neventually 5s status 201", 4, "only a read, GET or HEAD, is sent again"},
		"eventually refuses a time that is too long":           {"call GET /keys\neventually 6m status 200", 4, "is not a duration above 0 and up to 5m0s"},
		"eventually refuses another assertion":                 {"call GET /keys\neventually 5s stdout x", 4, "want one of jq, status"},
		"eventually refuses a wrong expression":                {"call GET /keys\neventually 5s jq '.a ='", 2, "script.txtar:2:18: "},
		"requests takes one word":                              {"requests checked\ncall POST /keys key.json", 8, "want unchecked"},
		"a variable of a line that was not played":             {"call POST /keys key.json\n[live] capture X .data.hash\nspend $X 1", 4, "variable $X is not set"},
		"a script goes on after an assertion":                  {"call POST /keys key.json\nstatus 200\njq .data.limit\ncall POST /keys key.json", 4, "2 exchanges"},
		"a script stops where a value is needed that was not captured": {
			"call POST /keys key.json\ncapture X .data.none\ncall POST /keys key.json\ncall GET /keys/$X\nstatus 200", 4, "2 exchanges",
		},
		"a script stops where a body needs a value that was not captured": {
			"call POST /keys key.json\ncapture X .data.none\ncall POST /keys other.json\nstatus 200\n-- other.json --\n{\"name\": \"$X\"}", 4, "1 exchange",
		},
		"a script stops after a call without a response": {"fault create-keys effect=hangup times=1\ncall POST /keys key.json\ncall POST /keys key.json", 4, "1 exchange"},
		"stdout is the response body":                    {"call POST /keys key.json\nstdout nightly", 0, "conforms"},
		"as key takes a key":                             {"call POST /keys key.json\ncapture KEY .key\nas key $KEY\ncall POST /auth/keys/code code.json\nstatus 200", 0, "conforms"},
		"as key refuses an empty key":                    {"as key $KEY\ncall POST /keys key.json", 2, "variable $KEY is not set"},
		"as refuses two words":                           {"as you like", 8, "is not a credential"},
		"as without a credential is refused":             {"as", 8, "want a credential"},
		"a fault that never fires can be allowed": {
			"fault create-keys status=500 on_unfired=ignore skip=9\ncall POST /keys key.json", 0, "conforms",
		},
		"a fault of an unknown operation is refused": {"fault create-kyes status=500", 2, "did you mean create-keys?"},
		"a fault without an operation is refused":    {"fault", 8, "want: fault OPERATION"},
		"a gate that holds nothing cannot be opened": {
			"fault create-keys hold=record on_unfired=ignore\ngate open recrod", 8, "did you mean record?",
		},
		"gate refuses an unknown verb":                                {"gate shut record", 8, "neither open nor held"},
		"gate held refuses a count that is not a number":              {"gate held record some", 8, "not a number of requests"},
		"a background call without a name is refused":                 {"call POST /keys key.json &", 8, "needs a unique name"},
		"await of an unknown call is refused":                         {"await first", 8, "no call in the background"},
		"the clock can be set":                                        {"clock set 2096-02-29T00:00:00Z\ncall POST /keys key.json\njq '.data.created_at | startswith(\"2096-02-29\")'", 0, "conforms"},
		"the clock can be frozen at its time":                         {"clock freeze\ncall POST /keys key.json", 0, "conforms"},
		"the clock does not go back":                                  {"clock advance -1h", 8, "forward only"},
		"clock set refuses what is not a time":                        {"clock set tomorrow", 8, "is not a time"},
		"clock advance refuses what is not a duration":                {"clock advance tomorrow", 8, "is not a duration"},
		"clock advance without a duration is refused":                 {"clock advance", 8, "want a duration after advance"},
		"clock advance to an unknown moment is refused":               {"clock advance next-year", 8, "next-year"},
		"spend on an unknown key is refused":                          {"spend 00 1", 8, "00"},
		"spend refuses what is not an amount":                         {"spend 00 much", 8, "not an amount in USD"},
		"spend without an amount is refused":                          {"spend 00", 8, "want: spend HASH"},
		"rate-limit refuses another form":                             {"rate-limit create-keys often", 8, "REQUESTS/DURATION"},
		"assert-requests counts requests":                             {"call POST /keys key.json\nassert-requests create-keys count=1", 0, "conforms"},
		"assert-requests evaluates jq for each entry":                 {"call POST /keys key.json\nassert-requests create-keys jq '.request.body.name == \"nightly\"'", 0, "conforms"},
		"assert-requests expects at least one":                        {"call POST /keys key.json\nassert-requests create-keys status=400", 4, "has received no such request"},
		"assert-requests says that nothing was received":              {"call POST /keys key.json\nassert-requests list-keys", 4, "no request for list-keys was received"},
		"assert-requests says what was received":                      {"call POST /keys key.json\n" + strings.Repeat("call GET /keys\n", 7) + "assert-requests list-keys count=8", 4, "2 earlier requests\n   |   received: GET /keys, status 200\n"},
		"assert-requests can expect none":                             {"call POST /keys key.json\nassert-requests create-keys status=400 count=0", 0, "conforms"},
		"assert-requests refuses an unknown operation":                {"assert-requests create-kyes", 8, "did you mean create-keys?"},
		"assert-requests refuses an unknown filter":                   {"assert-requests create-keys path=/", 8, "is not count=N"},
		"assert-requests refuses a count that is not a number":        {"assert-requests create-keys count=few", 8, "is not a number"},
		"assert-requests refuses a wrong expression without requests": {"assert-requests create-keys jq '.a ='", 2, "is not a jq expression"},
		"assert-requests without an operation is refused":             {"assert-requests", 8, "want an operation"},
		"violations of another kind fail":                             {"call POST /keys key.json\nviolations early-retry", 4, "got:  none"},
		"violations without a kind is refused":                        {"violations", 8, "want none"},
		"a fixture is a valid body":                                   {"fixture new.json create-keys\ncall POST /keys new.json\nstatus 201", 0, "conforms"},
		"a fixture of an unknown operation is refused":                {"fixture new.json create-kyes", 8, "create-kyes"},
		"pkce sets a pair":                                            {"pkce V C\ncall POST /keys key.json\njq '($V | length) == 43 and $V != $C'", 0, "conforms"},
		"pkce with one name is refused":                               {"pkce V", 8, "two variables"},
		"consent without a variable is refused":                       {"consent /auth", 8, "the name of a variable"},
		"consent with an unknown decision is refused":                 {"consent /auth CODE maybe", 8, "is not a decision; want allow, deny or forge"},
		"consent on another host is refused":                          {"consent https://elsewhere.example/auth CODE", 8, "not on the host of the target"},
		"consent refuses what is not a URL":                           {"consent '' CODE", 8, "is not a URL"},
		"cleanup runs when the script ends":                           {"cleanup call POST /keys key.json\nskip", 0, "1 exchange"},
		"cleanup is validated":                                        {"cleanup call POST /auth/keys/code key.json\ncall POST /keys key.json", 4, "the request breaks the contract"},
		"cleanup of another command is refused":                       {"cleanup status 200", 8, "want call and its arguments"},
		"conditions choose the lines that run":                        {"[fake] call POST /keys key.json\n[live] status 500\n[!fake] status 500\n[!companion] status 500", 0, "conforms"},
		"an unknown condition is refused":                             {"[fast] call POST /keys key.json", 8, `unknown condition "fast"`},
		"skip gives its reason":                                       {"skip 'not today'", 8, "not today"},
		"a program under exec has the base URL": {
			"exec sh -c 'case $MODELGATES_BASE_URL in http://127.0.0.1:*/api/v1) exit 0;; esac; exit 1'\ncall POST /keys key.json", 0, "conforms",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, text := play(t, scenarios.Options{Files: []string{script(t, test.script+"\n"+nightly)}, Timeout: time.Minute})
			checkReport(t, r, text, test.want, test.text)
		})
	}
}
