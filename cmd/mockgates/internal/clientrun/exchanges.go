package clientrun

import (
	"github.com/mockgates/mockgates/mockserver"
	"github.com/mockgates/mockgates/scenarios/report"
)

// exchangesOf returns the entries of a journal as exchanges.
func exchangesOf(journal []mockserver.Entry) []report.Exchange {
	var list []report.Exchange
	for _, e := range journal {
		x := report.Exchange{
			Method: e.Method, Path: e.Path, Status: e.Status, Operation: e.Operation, Injected: e.Injected, Rules: e.Rules,
			RequestHeader: e.Request.Headers, ResponseHeader: e.Response.Headers,
			RequestBody: bodyOf(e.Request), ResponseBody: bodyOf(e.Response), Management: e.Management,
		}
		if e.Query != "" {
			x.Path += "?" + e.Query
		}
		list = append(list, x)
	}
	return list
}

func bodyOf(m mockserver.Message) report.Body {
	if m.Body != nil {
		return report.Body(m.Body)
	}
	return report.Body(m.Text)
}
