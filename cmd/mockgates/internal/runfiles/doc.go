// Package runfiles holds the files of runs that the commands of mockgates read and
// write.
//
//	--accept ─► ReadAcceptances ─► the differences that drift accepts
//	--report-json, --evidence ─► Open… before the run ─► Write or Merge after it
//	--ledger ─► OpenKeyLedger ─► Writer: a line before and after each call
//
// A file that a run writes at its end is opened before it, so that a name that cannot
// be written is refused at once. It is replaced as a whole. The ledger of keys alone is
// appended to, since it must outlast a process that is killed.
//
// Errors name the flag that the file comes from. The package knows the form of a file
// only as far as the file itself goes: what is in it belongs to the package that its
// functions return values of.
package runfiles
