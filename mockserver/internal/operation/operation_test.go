package operation_test

import (
	"testing"

	"github.com/mockgates/mockgates/mockserver/internal/apispec"
	"github.com/mockgates/mockgates/mockserver/internal/operation"
)

func TestEveryOperationHasAPrepare(t *testing.T) {
	t.Parallel()
	for _, op := range apispec.Operations {
		if operation.All[op.ID] == nil {
			t.Errorf("%s has no Prepare", op.ID)
		}
	}
	for id := range operation.All {
		if apispec.OperationByID(id) == nil {
			t.Errorf("the Prepare of %q has no operation", id)
		}
	}
}
