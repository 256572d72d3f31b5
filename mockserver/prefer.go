package mockserver

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
)

// preferred reads "Prefer: code=429": a fault for this one call (RFC 7240). It
// also returns the preference as Preference-Applied repeats it. A code that is
// the operation's success asks for nothing.
func preferred(op *operation, h http.Header) (Fault, string, error) {
	for _, line := range h.Values("Prefer") {
		for preference := range strings.SplitSeq(line, ",") {
			preference, _, _ = strings.Cut(preference, ";")
			name, value, _ := strings.Cut(preference, "=")
			if !strings.EqualFold(strings.TrimSpace(name), "code") {
				continue
			}
			value = strings.Trim(strings.TrimSpace(value), `"`)
			code, err := strconv.Atoi(value)
			if err == nil && code == op.success {
				return Fault{}, "", nil
			}
			f := Fault{ID: "prefer", Operation: op.id, Status: code}
			if err == nil {
				err = f.validate()
			}
			if err != nil {
				e := refuse(400, "fault.injected").saying(fmt.Sprintf("Prefer: code=%s cannot be honoured: want a status that %s documents", quote(value), op.id))
				return Fault{}, "", e
			}
			return f, "code=" + value, nil
		}
	}
	return Fault{}, "", nil
}
