package mockserver

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/mockgates/mockgates/mockserver/fault"
	"github.com/mockgates/mockgates/mockserver/internal/apispec"
	"github.com/mockgates/mockgates/mockserver/internal/form"
)

// preferredFault reads "Prefer: code=429" (RFC 7240), which injects a fault into
// this one request. It also returns the value of Preference-Applied. The success
// status of the operation injects nothing. A status that the operation does not
// document returns 400.
func preferredFault(op *apispec.Operation, h http.Header) (*fault.Firing, string, error) {
	for _, line := range h.Values("Prefer") {
		for preference := range strings.SplitSeq(line, ",") {
			preference, _, _ = strings.Cut(preference, ";")
			name, value, _ := strings.Cut(preference, "=")
			if !strings.EqualFold(strings.TrimSpace(name), "code") {
				continue
			}
			value = strings.Trim(strings.TrimSpace(value), `"`)
			status, err := strconv.Atoi(value)
			if err == nil && status == op.Success {
				return nil, "", nil
			}
			f := fault.Fault{ID: "prefer", Operation: op.ID, Status: status}
			if err == nil {
				err = f.Validate()
			}
			if err != nil {
				e := refuse(400, apispec.Injected).withMessage(
					fmt.Sprintf("Prefer: code=%s cannot be applied: want a status that %s documents", form.Quote(value), op.ID))
				e.injected = true
				return nil, "", e
			}
			return &fault.Firing{Fault: f, Count: 1}, "code=" + value, nil
		}
	}
	return nil, "", nil
}
