// Command mockgates serves a fake ModelGates API, and validates the fake or a
// live endpoint against the published specification.
//
//	mockgates serve                    serve the fake, on loopback by default
//	mockgates exec -- CMD ARG...       run a program against a fake, once or for every fault
//	mockgates check [FILE...]          run scenarios and validate every exchange
//	mockgates cleanup                  delete the keys that a ledger of check lists
//	mockgates coverage merge FILE...   print what several runs covered together
//	mockgates drift                    compare the fake with a live endpoint
//	mockgates evidence FILE            print where each fact was seen last
//	mockgates report FILE              make a page, JUnit XML and others of a record
//	mockgates reproduce FILE ID        print a failure of a record as what shows it again
//	mockgates spec print|lint          print or lint the specification
//	mockgates healthcheck [URL]        check the health of a running fake
//	mockgates env [--export]           print the variables that point a program at a fake
//	mockgates completion SHELL         print the completion for bash, zsh or fish
//	mockgates help [TOPIC]             print help on a topic or a command
//	mockgates version                  print version information
//
// The command holds no logic of the API. It turns flags, environment variables
// and a configuration file into calls of the packages mockserver, contract,
// scenarios and fixtures, and their results into output and an exit code:
//
//	main -> cli.Program -> Run of a command -> exit code
//
// Each command has a file of its own, which reads its flags, calls what does the work,
// and prints. What it shares with mockgates-serve is in cmd/internal: cli holds the
// command line and the process, serve the commands serve, ca and healthcheck, files
// the state of a fake, exit the exit codes. What several commands of this program need
// is below internal: runfiles holds the files of runs, clientrun the programs that exec
// runs, livekey the management key of a live target.
//
// Before anything else main takes that key out of the environment of the process,
// since scenarios and exec run programs.
//
// Tests reach everything through program, which uses nothing of the process but its
// arguments.
//
// Each flag can also be set by the environment variable MOCKGATES_NAME and by a
// key in the file given with --config. The command line takes precedence over
// the variable, the variable over the file, and the file over the default.
package main
