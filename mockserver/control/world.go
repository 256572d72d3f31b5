package control

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/mockgates/mockgates/mockserver"
)

// inWorld makes a call of a function of a world.
func inWorld(do func(*request, *mockserver.World) (response, error)) func(*request) (response, error) {
	return func(r *request) (response, error) {
		w, err := r.world()
		if err != nil {
			return response{}, err
		}
		return do(r, w)
	}
}

// world returns the world that the request is about: that of the bearer token,
// the parameter world or the header Mockgates-World, which must agree, or the
// default world if it has none of them.
func (r *request) world() (*mockserver.World, error) {
	named, err := r.namedWorld()
	if err != nil {
		return nil, err
	}
	if r.http.Header.Get("Authorization") == "" {
		return r.open(named, mockserver.DefaultWorld)
	}
	token, err := bearerToken(r.http.Header)
	if err != nil {
		return nil, err
	}
	own, ok := r.server.WorldOfKey(token)
	switch {
	case !ok:
		return nil, errNotManagementKey
	case named != "" && named != own:
		return nil, fmt.Errorf("world %s is not the one that the bearer token opens, %s; leave one of them out", quote(named), quote(own))
	}
	return r.open(own, own)
}

// open returns the world with a name, or the world other if the name is empty. A call
// that changes nothing and does not wait creates no world.
func (r *request) open(name, other string) (*mockserver.World, error) {
	if name == "" {
		name = other
	}
	open := r.server.World
	if r.peeks {
		open = r.server.Peek
	}
	w, err := open(name)
	if err != nil {
		return nil, fmt.Errorf("world: %w", err)
	}
	return w, nil
}

// namedWorld returns the name that the parameter world or the header
// Mockgates-World gives, or "".
func (r *request) namedWorld() (string, error) {
	param, header := r.query.Get("world"), r.http.Header.Get(mockserver.WorldHeader)
	if param != "" && header != "" && param != header {
		return "", fmt.Errorf("world %s is not the one in the header %s, %s; leave one of them out", quote(param), mockserver.WorldHeader, quote(header))
	}
	if param == "" {
		return header, nil
	}
	return param, nil
}

// errNotManagementKey refuses a credential. It does not repeat it.
var errNotManagementKey = refuse(http.StatusUnauthorized,
	"the credential is not a management key; want Authorization: Bearer and one such as sk-mg-mgmt-NAME, or no credential for the world %s", mockserver.DefaultWorld)

// bearerToken returns the token of an Authorization header (RFC 9110, section
// 11.4): the scheme in letters of either case, spaces, and the token.
func bearerToken(header http.Header) (string, error) {
	values := header.Values("Authorization")
	if len(values) != 1 {
		return "", errors.New("the header Authorization is given more than once; want it once")
	}
	scheme, token, _ := strings.Cut(values[0], " ")
	token = strings.Trim(token, " ")
	if !strings.EqualFold(scheme, "Bearer") || token == "" {
		return "", errNotManagementKey
	}
	return token, nil
}
