package scenarios

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/mockgates/mockgates/mockserver"
	"github.com/mockgates/mockgates/scenarios/report"
)

// fakeManagementKey is the management key of the fake that RunBoth plays on.
const fakeManagementKey = "sk-mg-mgmt-drift"

// RunBoth plays the same scenarios and generated cases, with the same seed and id,
// on a live target and then on a fake, and returns both reports. The fake is
// played on as a live target is: through its URL, within the same bounds. Seed,
// Clock, Rules and Handler say what fake it is. If the live target is not
// answered usefully, the fake is not played on.
func RunBoth(ctx context.Context, o Options) (fake, live report.Report, err error) {
	if o.Target == "" {
		return fake, live, fmt.Errorf("a comparison with the fake wants a target")
	}
	id := make([]byte, 4)
	_, _ = rand.Read(id) // never fails
	o.runID = hex.EncodeToString(id)
	onFake := o
	o.Handler = nil
	if live, err = Run(ctx, o); err != nil || len(live.Scenarios) == 0 {
		return fake, live, err
	}
	url, stop, err := onFake.serveFake()
	if err != nil {
		return fake, live, err
	}
	defer stop()
	onFake.Target, onFake.ManagementKey, onFake.Handler = url, fakeManagementKey, nil
	onFake.Rate, onFake.Ledger, onFake.Leftovers = NoRate, nil, LeftoversIgnore
	fake, err = Run(ctx, onFake)
	return fake, live, err
}

// serveFake serves a fake of these options on a loopback port until stop is
// called, and returns its base URL.
func (o Options) serveFake() (base string, stop func(), err error) {
	fake, err := mockserver.New(mockserver.Config{
		Seed: o.Seed, Clock: o.Clock, DocumentedOnly: o.DocumentedOnly, Rules: o.Rules,
		ManagementKeys: []string{fakeManagementKey}, StrictKeys: true,
	})
	if err != nil {
		return "", nil, err
	}
	var handler http.Handler = fake
	if o.Handler != nil {
		handler = o.Handler(handler)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, fmt.Errorf("start the fake: %w", err)
	}
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = server.Serve(listener) }()                                                  // returns when stop is called
	return "http://" + listener.Addr().String() + "/api/v1", func() { _ = server.Close() }, nil // fails only if it is closed already
}
