// Package scenarios plays testscript files against a target, which is the fake
// or a live endpoint, and validates every exchange.
//
// A scenario is code: its command exec runs any program with the rights of the
// caller. Run only scenarios that you trust.
//
//	file.txtar ─► testscript ─► call ─► target (fake over TCP, or a URL)
//	                  │           │
//	                  │           └─► contract.Check ─► findings fail the line
//	                  └─► status, jq, assert-requests … ─► report.Report
//
// [Run] plays the built-in scenarios, or files, each in a world of its own, and
// returns a [report.Report]: what passed, what failed and where, and which
// documented responses were reached. Package report prints it. [Commands], [Setup] and
// [Condition] give the same commands to a testscript suite of your own, which runs your
// program with exec.
//
// The built-in scenarios are in three folders. Those in builtin/documented use
// only what ModelGates documents. Those in builtin/companion need the companion
// operations, and are played on a live target only if Options.Companions says that it
// offers them. Those in builtin/fake need the fake, and are never played on a live
// target.
//
// Before it plays a scenario on a live target, [Run] probes it with one call that
// requests a code, and with one that creates a key if the response to the first says
// nothing about the API. If neither gets a useful response, the run is inconclusive.
//
// # Commands
//
// In addition to testscript's own:
//
//	as management [FORM]|nobody|key KEY|TOKEN
//	                                sets the credential of the calls that follow; FORM is a way to send the
//	                                management key that must be refused: bare, basic, joined, raw, token or
//	                                twice
//	assert-requests OPERATION [count=N] [status=N] [jq EXPR]
//	                                fails unless the fake has received such requests, at least one or
//	                                exactly N; EXPR is evaluated for each entry of the journal (fake only)
//	await NAME                      waits for the call &NAME, whose response becomes the last one
//	call METHOD PATH [FILE] [&NAME] sends a request and validates the exchange. The body is FILE with
//	                                $NAME expanded; the response body is stdout. With &NAME the call
//	                                runs in the background
//	capture NAME EXPR               sets a variable to the value of a jq expression on the last body
//	capture NAME stdout [REGEXP]    sets a variable to stdout of the last program or call, without the space
//	                                at its end: all of it, or what REGEXP or its first group matches; at
//	                                most 64 KiB
//	cleanup call METHOD PATH [FILE] sends a request when the scenario ends, even if it fails; the last
//	                                cleanup runs first
//	clock advance DURATION|next-day|next-week|next-month
//	                                moves the clock of the world forward (fake only)
//	clock freeze|set [TIME]         stops the clock, or sets it and lets it run (fake only)
//	consent URL NAME [allow|deny|forge]
//	                                decides on the consent page and captures the code, or with deny the
//	                                error, and in CALLBACK the URL that follows; forge submits the form without opening the page
//	eventually DURATION jq EXPR|status CODE
//	                                makes an assertion, and as long as it fails sends the last read (GET or
//	                                HEAD) again: after 100ms, and then after waits twice as long, at most
//	                                2s each and DURATION together; DURATION is at most 5m
//	expect-violation [WHERE...]     expects the response of the next call to depart from the contract:
//	                                anywhere, at the places WHERE, or by breaking off (connection)
//	fault OPERATION NAME=VALUE...   adds a fault; one that never fires fails the scenario (fake only)
//	fixture FILE OPERATION          writes a realistic request body to FILE
//	gate open NAME                  opens a gate (fake only)
//	gate held NAME [N]              waits until N requests, by default 1, are held at a gate (fake only)
//	header NAME VALUE               sets a header of the next call; '' leaves it out
//	invalid                         expects the request of the next call to break the contract
//	jq EXPR                         fails unless EXPR is true for the last body; it may use $status,
//	                                $header, captured variables and the function instant, which turns a
//	                                time into seconds
//	pkce VERIFIER CHALLENGE         sets two variables to a PKCE pair (S256)
//	rate-limit OPERATION REQUESTS/DURATION
//	                                sets a rate limit, such as rate-limit create-keys 3/1m (fake only)
//	requests unchecked              does not validate the requests of programs that run after it
//	settles RULE SETTING=STATUS[,STATUS]...
//	                                records how the target behaves where the documents leave a choice: the
//	                                last status determines the setting; fails if it is not listed
//	spend HASH USD [BYOK]           spends an amount on a key (fake only)
//	status CODE                     fails unless the last status is CODE
//	violations none|KIND...         fails unless the client broke exactly these rules (fake only)
//
// After an assertion that fails, or an exchange that departs from the contract, the
// scenario continues until a line uses a variable that was not captured. Any other
// failure of these commands ends it.
//
// With a leading ! a command succeeds if its assertion fails. A call that gets
// no response fails either way, unless expect-violation connection announces it.
//
// Conditions: [fake], [live], [companion], and [unbounded] where keys without a
// limit and an expiry may be created. In files that Run plays, [short] and
// [net] are refused, because they need go test.
//
// # Bounds of jq
//
// An expression may run as long as a call may take (the option Timeout), for at most
// 1,000,000 steps, and until the program has grown by 256 MiB. It may return at most
// 1000 values of 1 MiB in total. It cannot repeat a string to more than 1 MiB, assign,
// or use setpath, pick and fromstream. A single step is not interrupted, even if it is
// long, such as a join of a value that contains a large part many times.
//
// # Validation
//
// A finding on a response fails the scenario at the line of the call, unless
// expect-violation announces it. An announced violation that does not occur is a
// failure too. A finding on a request fails the scenario unless invalid announces it,
// and invalid before a valid request is a failure. A property that the contract does
// not declare does not make a request invalid.
//
// On the fake the requests of a program under exec are validated too. They are taken
// from the journal, which has the newest 1000, without their secrets. If there were
// more, the scenario is inconclusive. A request belongs to a program if it has neither
// the header Mockgates-World nor the user agent mockgates.
//
// # Live targets
//
// A live target gets a call that creates or changes a key only if the body is a
// JSON object, declared as one, whose limit and expires_at are within the options,
// and if the name of a new key contains $RUN. This also applies after invalid, since a
// target may accept what it should refuse; only the name may then be missing. A line
// that exceeds a bound on purpose begins with [unbounded]. A call that may change
// something is not sent if the contract has no operation for it.
//
// The keys that a run makes are noted in Options.Ledger, or in memory: before each call
// that may make one, and after it. At its end, even after an interrupt, the run
// deletes the keys that are left, if the target offers that. Keys that can spend
// nothing and expire within the bound are only counted; others are named and lead to
// exit code 7. CleanUp deletes the keys of a ledger later, and no others. Package
// keyledger defines the format.
//
// No redirect is followed. RunBoth plays the same on a fake and on a live target,
// for package drift to compare. A rate below one request in ten seconds is refused,
// because $SOON would pass.
//
// # Generated cases
//
// In addition to the scenarios Run plays the matrix of the contract: for each operation
// generated/OPERATION sends its cases in a world of its own. They are validated
// like calls of a script. The documents decide whether a case must be accepted or
// refused, or leave it open. On a live target a case that cannot be kept within the
// bounds is not sent; the report counts these. Equal failures are reported once: the
// body of the first is made smaller with at most 20 requests, for up to 10 failures of
// an operation. Each failure comes with a scenario that replays it; Options.Save
// writes those of the first 10 to files.
//
// # Self-test
//
// Before a run a server of this package lies over HTTP, and the code that judges the
// target must report each lie as a failure. If it misses one, the run ends with
// ExitNothingTested.
//
// # Variables
//
// $WORLD is the world of the scenario and $RUN the id of the run. $NOW is the time in
// UTC at which the scenario begins, $SOON is ten minutes later, and $SOON_LOCAL is $SOON
// without its offset. $LIMIT is the highest limit that keys may have, in USD.
// MODELGATES_BASE_URL and MODELGATES_API_KEY are for a program under exec. Options.Set
// adds others. A variable that is not set is an error, in an argument and in a body. In
// a file that Run plays it is reported before anything is played, if no earlier line
// can have set it. In a file named *.json, values are escaped as part of a JSON string.
//
// # Rules
//
// A comment such as "# rules: keys.created auth.missing" lists the rules that a
// scenario covers. On the fake a scenario fails if no response names one of
// them.
//
// # Files
//
// A file is at most 16 MiB long. A folder stands for the files in it and below whose
// names end in .txtar, at most 10,000; the file - is standard input. These mistakes are
// problems with line and column, found before anything is played, with exit code 2: an
// unknown command, condition or rule, an open quote, a jq expression that does not
// compile, an invalid fault, a variable or a file that cannot exist, a file that is
// given twice, and two files of the same name in a scenario.
//
// The files of a scenario, and those that fixture writes, are in a folder of its own. A
// name is refused if it leads out of the folder, contains a \, a colon or a control
// character, or is longer than 1024 bytes (255 for each part).
//
// Run reads the files (builtins.go) with package source, which parses them with package
// script. Package session plays each one: it has the commands. Package generated plays
// the generated cases (generated.go). Both call the target with a client of package
// target, which opens it, sends the calls with package wire and judges the exchanges. So
// do the self-test (selftest.go), with the lies of package lyingserver, the first call to
// a live target (probe.go), and the deletion of keys (cleanup.go). Package envelope
// decides what may be sent to a live target, and remembers which keys a run has made
// there. Package failure says what the error of a line means, and package redaction
// removes the secrets from what is found, which ends up in package report.
//
// The package is not a client library and not a scripting language. What
// testscript cannot express belongs in a Go test.
package scenarios
