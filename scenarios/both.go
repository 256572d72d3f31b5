package scenarios

import (
	"context"
	"fmt"

	"github.com/mockgates/mockgates/scenarios/internal/target"
	"github.com/mockgates/mockgates/scenarios/report"
)

// fakeManagementKey is the management key of the fake that RunBoth plays on.
const fakeManagementKey = "sk-mg-mgmt-drift"

// RunBoth plays the same scenarios and generated cases, with the same seed and id,
// on a live target and then on a fake, and returns both reports. The fake is treated
// like a live target: it is reached through its URL, within the same bounds. Seed,
// Clock, Rules and Handler configure it. If the live target gives no useful answer,
// nothing is played on the fake.
func RunBoth(ctx context.Context, o Options) (fake, live report.Report, err error) {
	if o.Target == "" {
		return fake, live, fmt.Errorf("a comparison with the fake needs a target")
	}
	o.runID = target.NewRunID()
	onFake := o
	o.Handler = nil
	if live, err = Run(ctx, o); err != nil || len(live.Scenarios) == 0 {
		return fake, live, err
	}
	config := onFake.fakeConfig()
	config.ManagementKeys, config.StrictKeys = []string{fakeManagementKey}, true
	server, err := target.ServeFake(config, onFake.Handler)
	if err != nil {
		return fake, live, err
	}
	defer server.Close()
	onFake.Target, onFake.ManagementKey, onFake.Handler = server.Root+target.FakeBasePath, fakeManagementKey, nil
	onFake.Rate, onFake.Ledger, onFake.Leftovers = NoRate, nil, LeftoversIgnore
	fake, err = Run(ctx, onFake)
	return fake, live, err
}
