package clientrun

import (
	"slices"

	"github.com/mockgates/mockgates/cmd/internal/envvar"
)

// Environ returns an environment as NAME=VALUE, sorted, with the URL of a fake and a
// management key for it.
func Environ(env map[string]string, base, key string) []string {
	list := []string{envvar.BaseURL + "=" + base, envvar.APIKey + "=" + key}
	for name, value := range env {
		if name != envvar.BaseURL && name != envvar.APIKey {
			list = append(list, name+"="+value)
		}
	}
	slices.Sort(list)
	return list
}
