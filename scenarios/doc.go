// Package scenarios plays testscript files against a target, the fake or a live
// endpoint, while the judge listens to every exchange unasked.
//
//	file.txtar ─► testscript ─► call ─► target (fake over TCP, or a URL)
//	                  │            │
//	                  │            └─► contract.Check ─► findings fail the line
//	                  └─► status, jq, received … ─► Report ─► text
//
// [Run] plays the built-in scenarios, or files, each in a world of its own, and
// returns a [Report]: what passed, what failed and where, and which documented
// rows were reached. [Commands], [Setup] and [Condition] are the same engine for
// a testscript suite of your own, with your program under exec.
//
// # Commands
//
// Beyond testscript's own:
//
//	answer NAME                     makes the answer of a call in the background the last one
//	as management|nobody|key KEY|TOKEN
//	                                the credential of the calls that follow
//	call METHOD PATH [FILE] [&NAME] one exchange; its body is FILE with $NAME expanded, its answer is stdout;
//	                                with &NAME it goes on in the background until answer NAME
//	capture NAME EXPR               sets a variable to what EXPR gives of the last body
//	cleanup call METHOD PATH [FILE] a call that runs at the end whatever happens, the last one first
//	clock advance DURATION|next-day|next-week|next-month
//	clock freeze|set [TIME]         the world's clock (fake only)
//	consent URL NAME [allow|deny|forge]
//	                                decides at the consent page and captures the code, or for deny the error;
//	                                forge sends a decision without having seen the page
//	departs [WHERE...]              the next answer departs from the contract on purpose
//	fault OPERATION NAME=VALUE...   orders a fault (fake only); one that never fires fails the scenario
//	fixture FILE OPERATION          writes a realistic request body to FILE
//	gate open NAME                  opens a gate (fake only)
//	gate parked NAME [N]            waits until N requests, 1 by default, are parked at it (fake only)
//	header NAME VALUE               a header of the next call; '' leaves it out
//	invalid                         the next request breaks the contract on purpose
//	jq EXPR                         must be true of the last body, with $status, $header and the captured variables
//	limit OPERATION REQUESTS/DURATION
//	                                a rate limit, such as limit create-keys 3/1m (fake only)
//	pkce VERIFIER CHALLENGE         sets two variables to a PKCE pair (S256)
//	received OPERATION [count=N] [status=N] [jq EXPR]
//	                                asks the journal for requests (fake only)
//	spend HASH USD [BYOK]           spends on a key (fake only)
//	status CODE                     the last status
//	violations none|KIND...         what the client did wrong, according to the fake
//
// A command with ! in front succeeds when what it asserts does not hold. A call
// that gets no answer fails with and without it; departs connection is how a
// script says that it expects none.
//
// Conditions: [fake], [live], [companion]. In files that Run plays, [short] and
// [net] are refused: they belong to go test.
//
// # Judged unasked
//
// A finding on a response fails the scenario at the line of the call, unless
// departs was said; departs before an answer that conforms fails too. A finding
// on a request fails it unless invalid was said, and invalid before a valid
// request fails. A property that the contract does not name is no finding of
// either kind in a request.
//
// # Variables
//
// $WORLD is the world of the scenario, $RUN the id of the run, $SOON a time ten
// minutes from now in UTC, and MODELGATES_BASE_URL and MODELGATES_API_KEY are for a
// program under exec. In a file named .json, values are escaped as the inside
// of a JSON string.
//
// # Claims
//
// A comment "# rules: keys.created auth.missing" says which rules a scenario
// holds. On the fake, a scenario that passes without having met a rule that it
// claims fails.
//
// The package is not a client library and no scripting language: what testscript
// has no word for belongs into a Go test.
package scenarios
