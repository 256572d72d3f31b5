package mockserver_test

import (
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/mockgates/mockgates/mockserver"
)

func TestWorldRefusesInvalidNames(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, world string }{
		{"that is empty", ""},
		{"with a space", "a b"},
		{"with a character that no bearer token has", "a@b"},
		{"with padding", "a="},
		{"with a letter beyond ASCII", "wörld"},
		{"of more than 128 characters", strings.Repeat("a", 129)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := newServer(t, mockserver.Config{})
			w, err := s.World(tt.world)
			if w != nil || !errors.Is(err, mockserver.ErrWorldName) {
				t.Errorf("got %v, %v; want ErrWorldName", w, err)
			}
			if n := len(s.Worlds()); n != 0 {
				t.Errorf("it opened %d worlds", n)
			}
		})
	}
}

func TestWorldAcceptsTestNames(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{})
	for _, name := range []string{"TestKeys/creates_one", "v1.2~rc+1", "A-Z_a-z", strings.Repeat("a", 128)} {
		w := worldOf(t, s, name)
		if w.Name() != name || mockserver.WorldName(name) != name {
			t.Errorf("%q became %q and %q", name, w.Name(), mockserver.WorldName(name))
		}
		a := call(t, s, "GET", "/api/v1/keys", "", "Authorization", "Bearer "+w.ManagementKey())
		if a.status != 200 || a.header.Get(mockserver.WorldHeader) != name {
			t.Errorf("%q: %d in the world %q", name, a.status, a.header.Get(mockserver.WorldHeader))
		}
	}
}

// TestWorldNameIsInjective checks that different texts get different, valid names.
func TestWorldNameIsInjective(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{})
	texts := map[string]string{} // by name
	add := func(t interface{ Errorf(string, ...any) }, text string) {
		name := mockserver.WorldName(text)
		if other, taken := texts[name]; taken && other != text {
			t.Errorf("%q and %q are both %q", text, other, name)
		}
		texts[name] = text
		if _, err := s.World(name); err != nil {
			t.Errorf("WorldName(%q) = %q: %v", text, name, err)
		}
		if again := mockserver.WorldName(name); again == name && text != name {
			t.Errorf("WorldName(%q) and WorldName(%q) are both %q", text, name, name)
		}
	}
	long := strings.Repeat("x", 128)
	for _, text := range []string{"", " ", "a b", "a-b", "a\x00b", "a/b", long, long + "y", long + "z", mockserver.WorldName("a b"), "~" + strings.Repeat("0", 32)} {
		add(t, text)
	}
	rapid.Check(t, func(t *rapid.T) { add(t, rapid.String().Draw(t, "text")) })
}

func TestManagementKeyOpensItsWorld(t *testing.T) {
	t.Parallel()
	const token = "any token at all"
	for _, tt := range []struct {
		name  string
		cfg   mockserver.Config
		world string
		want  string
	}{
		{"by the name of the world", mockserver.Config{}, "team", "sk-mg-mgmt-team"},
		{"by the first key of the configuration that opens it", mockserver.Config{ManagementKeys: []string{"sk-mg-mgmt-team", "sk-mg-mgmt-x"}, StrictKeys: true}, "team", "sk-mg-mgmt-team"},
		{"or not at all where keys are strict", mockserver.Config{ManagementKeys: []string{"<token>"}, StrictKeys: true}, "team", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := newServer(t, tt.cfg)
			if got := worldOf(t, s, tt.world).ManagementKey(); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
	t.Run("for a token without a name", func(t *testing.T) {
		t.Parallel()
		s := newServer(t, mockserver.Config{ManagementKeys: []string{"<token>"}})
		name, ok := s.WorldOfKey("<token>")
		if !ok || worldOf(t, s, name).ManagementKey() != "<token>" {
			t.Errorf("got %q, %v", name, ok)
		}
		if _, ok := s.WorldOfKey(token); ok {
			t.Error("an unknown token opens a world")
		}
	})
}
