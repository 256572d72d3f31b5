package livekey_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mockgates/mockgates/cmd/internal/envvar"
	"github.com/mockgates/mockgates/cmd/mockgates/internal/livekey"
)

func TestRead(t *testing.T) {
	t.Parallel()
	file := func(name, text string) string {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	env := map[string]string{envvar.ManagementKey: "from the variable"}
	for _, test := range []struct {
		name, file string
		env        map[string]string
		want, err  string
	}{
		{name: "the variable holds the key", env: env, want: "from the variable"},
		{name: "nothing holds a key"},
		{name: "the file takes precedence, without the spaces around its key", file: file("key", "\n from the file\n"), env: env, want: "from the file"},
		{name: "an empty file is refused, although the variable has a key", file: file("empty", " \n"), env: env, err: "empty is empty"},
		{name: "a missing file is refused", file: filepath.Join(t.TempDir(), "none"), env: env, err: "no such file"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got, err := livekey.Read(test.file, test.env)
			if got != test.want || (err == nil) != (test.err == "") || err != nil && !strings.Contains(err.Error(), test.err) {
				t.Errorf("Read = %q, %v; want %q, %q", got, err, test.want, test.err)
			}
		})
	}
}

// TestWithout checks that the environment of a program has no key, and that the
// environment that it is made of keeps it.
func TestWithout(t *testing.T) {
	t.Parallel()
	env := map[string]string{"A": "1", envvar.ManagementKey: "secret", envvar.ManagementKey + "_FD": "3"}
	if diff := cmp.Diff(map[string]string{"A": "1"}, livekey.Without(env)); diff != "" {
		t.Errorf("environment (-want +got):\n%s", diff)
	}
	if len(env) != 3 {
		t.Errorf("the original has %d variables; want 3", len(env))
	}
	if got := livekey.Without(nil); len(got) != 0 {
		t.Errorf("Without(nil) = %v; want none", got)
	}
}
