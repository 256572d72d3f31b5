package clientrun

import "slices"

// The variables in which a program finds the fake.
const (
	baseVariable = "MODELGATES_BASE_URL"
	keyVariable  = "MODELGATES_API_KEY"
)

// Environ returns an environment as NAME=VALUE, sorted, with the URL of a fake and a
// management key for it.
func Environ(env map[string]string, base, key string) []string {
	list := []string{baseVariable + "=" + base, keyVariable + "=" + key}
	for name, value := range env {
		if name != baseVariable && name != keyVariable {
			list = append(list, name+"="+value)
		}
	}
	slices.Sort(list)
	return list
}
