// Package runfiles holds the files of runs that the commands of mockgates read and
// write.
//
//	--accept ─► ReadAcceptances ─► the differences that drift accepts
//	--report-json, --evidence ─► Open… before the run ─► Write or Merge after it
//	--ledger ─► OpenKeyLedger ─► Writer: a line before and after each call
//
// A file that a run writes at its end is checked before the run, so that a name that
// cannot be written is refused early. It is replaced as a whole. Only the ledger of keys
// is appended to, since it must survive a process that is killed.
//
// Errors name the flag of the file. The package only reads and writes files: their
// formats belong to the packages whose values its functions take and return.
package runfiles
