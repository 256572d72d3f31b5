package generated

import (
	"strings"

	"github.com/mockgates/mockgates/contract"
)

// Prefix begins the names of the scenarios that are not files.
const Prefix = "generated/"

// Cases are the generated cases of one operation. They are played like a scenario,
// in a session and a world of their own.
type Cases struct {
	Operation string
	Cases     []contract.MatrixCase
	Most      int // requests that may be sent, those that prepare a case included; negative for no bound

	shared int // requests that Share divided
}

// Name returns the name of the cases as a scenario.
func (g *Cases) Name() string { return Prefix + g.Operation }

// Share divides a number of requests among operations. How many each may send depends
// only on the arguments, not on which operation is faster. An operation with fewer cases
// than its share leaves the rest to the others.
func Share(list []*Cases, requests int) {
	most := make([]int, len(list))
	for i, g := range list {
		g.Most, g.shared = 0, requests
		most[i] = g.needed()
	}
	for requests > 0 {
		gave := false
		for i, g := range list {
			if requests > 0 && g.Most < most[i] {
				g.Most++
				requests--
				gave = true
			}
		}
		if !gave {
			return
		}
	}
}

// needed returns how many requests the cases may take: one for each, one more for each
// that has a body, which may be made smaller, or that may need a key or a code of its
// own, and one for the plain key that they share.
func (g *Cases) needed() int {
	n := len(g.Cases) + 1
	for _, m := range g.Cases {
		if len(m.Body) > 0 || strings.Contains(m.Path, "${"+contract.PlaceholderHash+"}") {
			n++
		}
	}
	return n
}
