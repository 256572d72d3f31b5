package relations

// maxRemembered is how many keys, tokens and ids of each kind a session remembers. It
// remembers at least as many secrets.
const maxRemembered = 10_000

// A memory is a map of at most maxRemembered entries. When it is full, a new entry
// takes the place of the oldest.
type memory[K comparable, V any] struct {
	entries map[K]V
	order   []K // oldest first; in a full memory the oldest is at next
	next    int // index of the oldest entry of a full memory
	work    int // how many entries were looked up, written and removed so far
}

func newMemory[K comparable, V any]() *memory[K, V] {
	return &memory[K, V]{entries: make(map[K]V)}
}

// get returns an entry, and the zero value if there is none.
func (m *memory[K, V]) get(key K) V {
	m.work++
	return m.entries[key]
}

// put adds or replaces an entry. One that is replaced keeps its age.
func (m *memory[K, V]) put(key K, value V) {
	m.work++
	_, known := m.entries[key]
	m.entries[key] = value
	switch {
	case known:
	case len(m.order) < maxRemembered:
		m.order = append(m.order, key)
	default:
		m.work++
		delete(m.entries, m.order[m.next])
		m.order[m.next] = key
		m.next = (m.next + 1) % maxRemembered
	}
}
