package main

import (
	"maps"
	"path"
	"slices"
	"strings"
	"testing"
)

func TestImports(t *testing.T) {
	t.Parallel()
	sources := goFolders(t, false)
	for _, folder := range slices.Sorted(maps.Keys(sources)) {
		rule, ok := folderRules[folder]
		if !ok {
			t.Errorf("folder %s is not in folderRules; add it with the imports that it needs", folder)
			continue
		}
		t.Run(folder, func(t *testing.T) {
			t.Parallel()
			used := map[string]bool{}
			for _, file := range sources[folder] {
				for _, use := range usesOf(t, file) {
					used[use] = true
					checkUse(t, rule, file, use)
				}
			}
			for name := range rule.allowed {
				if !used[name] {
					t.Errorf("%s may import %s but does not; remove the import from folderRules", folder, name)
				}
			}
		})
	}
}

// checkUse fails the test if a file may not use a package or a name.
func checkUse(t *testing.T, rule folderRule, file, use string) {
	t.Helper()
	if rule.allowed[use] != "" || slices.Contains(fileExceptions[file], use) {
		return
	}
	for _, list := range []map[string]string{forbidden, rule.forbidden} {
		if reason := list[use]; reason != "" {
			t.Errorf("%s uses %s: %s", file, use, reason)
		}
	}
	folder, inModule := strings.CutPrefix(use, module+"/")
	if inModule && folderRules[folder].leaf {
		return
	}
	if !isStandard(use) {
		t.Errorf("%s imports %s; if it must, add the import to folderRules with a reason", file, use)
	}
}

// TestImports_everyRuleHasAFolder fails for a rule that outlived its folder.
func TestImports_everyRuleHasAFolder(t *testing.T) {
	t.Parallel()
	sources := goFolders(t, false)
	for folder := range folderRules {
		if len(sources[folder]) == 0 {
			t.Errorf("folder %s does not exist; remove it from folderRules", folder)
		}
	}
}

// TestImports_halvesAreSeparate checks that the fake and the validator do not
// import each other, not even in tests.
func TestImports_halvesAreSeparate(t *testing.T) {
	t.Parallel()
	halves := [2]string{"mockserver", "contract"}
	for _, tests := range []bool{false, true} {
		for folder, files := range goFolders(t, tests) {
			half := slices.Index(halves[:], strings.Split(folder, "/")[0])
			if half < 0 {
				continue
			}
			other := module + "/" + halves[1-half]
			for _, file := range files {
				for _, use := range usesOf(t, file) {
					if use == other || strings.HasPrefix(use, other+"/") {
						t.Errorf("%s imports %s", file, use)
					}
				}
			}
		}
	}
}

// TestImports_oneFileReadsTheClock makes sure that the exception for clock.go is
// needed: a fake that never read the system clock would pass TestImports.
func TestImports_oneFileReadsTheClock(t *testing.T) {
	t.Parallel()
	var readers []string
	for _, file := range goFolders(t, false)["mockserver"] {
		if slices.Contains(usesOf(t, file), "time.Now") {
			readers = append(readers, path.Base(file))
		}
	}
	if !slices.Equal(readers, []string{"clock.go"}) {
		t.Errorf("files that use time.Now = %v; want clock.go alone", readers)
	}
}

// TestImports_theFakeAlone checks what mockgates-serve links, beyond the standard
// library and this module: neither the validator nor what makes data up.
func TestImports_theFakeAlone(t *testing.T) {
	t.Parallel()
	sources := goFolders(t, false)
	linked, outside := map[string]bool{}, map[string]bool{}
	var link func(folder string)
	link = func(folder string) {
		if linked[folder] {
			return
		}
		linked[folder] = true
		for _, file := range sources[folder] {
			for _, use := range usesOf(t, file) {
				if inner, inModule := strings.CutPrefix(use, module+"/"); inModule {
					link(inner)
				} else if !isStandard(use) {
					outside[use] = true
				}
			}
		}
	}
	link("cmd/mockgates-serve")
	for folder := range linked {
		switch half, _, _ := strings.Cut(folder, "/"); half {
		case "contract", "scenarios", "fixtures":
			t.Errorf("mockgates-serve links %s", folder)
		}
	}
	want := []string{
		"github.com/alecthomas/kong", "github.com/go-json-experiment/json", "github.com/go-json-experiment/json/jsontext",
		"github.com/go-json-experiment/json/v1", "github.com/gorilla/mux", "github.com/tidwall/btree", "go.yaml.in/yaml/v4",
	}
	if got := slices.Sorted(maps.Keys(outside)); !slices.Equal(got, want) {
		t.Errorf("modules that mockgates-serve links = %v; want %v", got, want)
	}
}
