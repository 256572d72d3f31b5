package target

import (
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/mockgates/mockgates/mockserver"
)

// FakeBasePath is the path of the base URL of a fake.
const FakeBasePath = "/api/v1"

// A Fake is a fake that listens on a loopback port.
type Fake struct {
	*mockserver.Server
	Root string // scheme and host of its base URL

	server *http.Server
}

// ServeFake starts a fake. The function wraps its handler; it may be nil.
func ServeFake(c mockserver.Config, wrap func(http.Handler) http.Handler) (*Fake, error) {
	fake, err := mockserver.New(c)
	if err != nil {
		return nil, err
	}
	var handler http.Handler = fake
	if wrap != nil {
		handler = wrap(handler)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("start the fake: %w", err)
	}
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = server.Serve(listener) }() // returns when the server is closed
	return &Fake{Server: fake, Root: "http://" + listener.Addr().String(), server: server}, nil
}

// Close stops the fake and the requests that it holds.
func (f *Fake) Close() {
	_ = f.server.Close() // fails only if the listener is closed already
}
