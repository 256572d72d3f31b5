package scenarios

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// A Shard is a part of the scenarios. The shards 1 to Count together play each scenario
// once. The zero value is all scenarios.
type Shard struct {
	Index int // from 1
	Count int // 1 or more
}

// ParseShard parses a shard such as "2/5".
func ParseShard(text string) (Shard, error) {
	index, count, _ := strings.Cut(text, "/")
	i, err := strconv.Atoi(index)
	n, errCount := strconv.Atoi(count)
	if err != nil || errCount != nil || i < 1 || i > n {
		return Shard{}, fmt.Errorf("%q is not a valid shard; want I/N with I from 1 to N, such as 2/5", text)
	}
	return Shard{i, n}, nil
}

// String returns the shard in the form that ParseShard reads, and "" for all scenarios.
func (s Shard) String() string {
	if s == (Shard{}) {
		return ""
	}
	return fmt.Sprintf("%d/%d", s.Index, s.Count)
}

// of returns the parts that belong to the shard: every Count-th name in sorted order,
// beginning with the Index-th. Parts of the same name stay together.
func (s Shard) of(all []part) []part {
	if s == (Shard{}) {
		return all
	}
	var names []string
	for _, p := range all {
		names = append(names, p.name)
	}
	slices.Sort(names)
	names = slices.Compact(names)
	number := make(map[string]int, len(names))
	for i, name := range names {
		number[name] = i
	}
	var mine []part
	for _, p := range all {
		if number[p.name]%s.Count == s.Index-1 {
			mine = append(mine, p)
		}
	}
	return mine
}
