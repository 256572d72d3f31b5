package redact

// An automaton finds all of its secrets in one pass over a text (Aho and
// Corasick, 1975). It takes a plus sign for a space, in secrets and texts. It does
// not change.
type automaton struct {
	secrets []string
	size    int // bytes of all secrets
	nodes   []node
	root    [256]int32     // to all children of the first node, where most bytes of a text lead
	edges   map[edge]int32 // to all children but the first of each other node
}

// A node stands for the beginning of a secret.
type node struct {
	child   int32 // first child; 0 for none
	sibling int32 // next child of the same parent; 0 for none
	fail    int32 // the longest shorter node that this one ends with
	secret  int32 // index of the secret that ends here, plus one; 0 for none
	shorter int32 // the longest shorter node that this one ends with and at which a secret ends; 0 for none
	by      byte  // the byte that leads here
}

type edge struct {
	node int32
	by   byte
}

// newAutomaton makes an automaton of secrets, of size bytes in all.
func newAutomaton(secrets []string, size int) *automaton {
	a := &automaton{secrets: secrets, size: size, nodes: make([]node, 1, 64), edges: map[edge]int32{}}
	for i, secret := range secrets {
		at := int32(0)
		for _, c := range []byte(secret) {
			at = a.grow(at, fold(c))
		}
		a.nodes[at].secret = int32(i + 1) //nolint:gosec // fewer than nodes
	}
	a.link()
	return a
}

// grow returns the child of a node, which it makes if there is none.
func (a *automaton) grow(at int32, c byte) int32 {
	if to := a.next(at, c); to != 0 {
		return to
	}
	to := int32(len(a.nodes)) //nolint:gosec // 2 GiB of secrets would not fit into memory as nodes
	a.nodes = append(a.nodes, node{by: c})
	if at == 0 {
		a.root[c] = to
	}
	if first := a.nodes[at].child; first != 0 {
		if at != 0 {
			a.edges[edge{at, c}] = to
		}
		a.nodes[to].sibling, a.nodes[first].sibling = a.nodes[first].sibling, to
	} else {
		a.nodes[at].child = to
	}
	return to
}

// next returns the child of a node, or 0.
func (a *automaton) next(at int32, c byte) int32 {
	if at == 0 {
		return a.root[c]
	}
	first := a.nodes[at].child
	if first == 0 {
		return 0
	}
	if a.nodes[first].by == c {
		return first
	}
	if a.nodes[first].sibling == 0 {
		return 0
	}
	return a.edges[edge{at, c}]
}

// step returns the node after one more byte of text, and how many nodes were
// looked at.
func (a *automaton) step(at int32, c byte) (int32, int) {
	for n := 1; ; n++ {
		if to := a.next(at, c); to != 0 || at == 0 {
			return to, n
		}
		at = a.nodes[at].fail
	}
}

// link sets the nodes' links to shorter ones, the shorter nodes first.
func (a *automaton) link() {
	queue := make([]int32, 1, len(a.nodes))
	for len(queue) > 0 {
		at := queue[0]
		queue = queue[1:]
		for to := a.nodes[at].child; to != 0; to = a.nodes[to].sibling {
			n := &a.nodes[to]
			if at != 0 {
				n.fail, _ = a.step(a.nodes[at].fail, n.by)
			}
			n.shorter = n.fail
			if a.nodes[n.fail].secret == 0 {
				n.shorter = a.nodes[n.fail].shorter
			}
			queue = append(queue, to)
		}
	}
}

// match hides the secrets of a in views[d].
func (s *scan) match(d int, a *automaton) {
	text := s.views[d].text
	at, looked := int32(0), 0
	for i := range len(text) {
		at, looked = a.step(at, fold(text[i]))
		s.work += looked
		end := at
		if a.nodes[at].secret == 0 {
			end = a.nodes[at].shorter
		}
		// The longest secret hides the shorter ones that it ends with. Of
		// secrets shorter than MinLength, not each is hidden.
		for ; end != 0; end = a.nodes[end].shorter {
			s.work++
			secret := a.secrets[a.nodes[end].secret-1]
			if s.hideKnown(d, i+1-len(secret), i+1, s.labelOf(secret)) {
				break
			}
		}
	}
}

// labelOf returns the label of a secret that is about to be hidden.
func (s *scan) labelOf(secret string) string {
	if len(secret) < MinLength {
		return Hidden
	}
	return s.r.label(secret)
}

// fold returns c as the automaton sees it.
func fold(c byte) byte {
	if c == '+' {
		return ' '
	}
	return c
}
