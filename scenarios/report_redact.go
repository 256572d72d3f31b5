package scenarios

import (
	"net/http"
	"slices"
)

// redact replaces secrets in every text of the scenario that can hold one.
func (s *Scenario) redact(hide func(string) string) {
	s.Reason = hide(s.Reason)
	for i := range s.Failures {
		f := &s.Failures[i]
		for _, text := range []*string{&f.Source, &f.Phase, &f.Text, &f.Want, &f.Got, &f.Detail} {
			*text = hide(*text)
		}
	}
	for i := range s.Exchanges {
		x := &s.Exchanges[i]
		x.Path, x.RequestBody, x.ResponseBody = hide(x.Path), hide(x.RequestBody), hide(x.ResponseBody)
		for _, h := range []http.Header{x.RequestHeader, x.ResponseHeader} {
			for _, values := range h {
				for j, v := range values {
					values[j] = hide(v)
				}
			}
		}
		x.Findings = slices.Clone(x.Findings)
		for j := range x.Findings {
			f := &x.Findings[j] // holds nothing of a body; this is a second defence
			f.Where, f.Want, f.Got = hide(f.Where), hide(f.Want), hide(f.Got)
		}
	}
}
