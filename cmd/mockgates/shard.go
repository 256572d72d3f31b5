package main

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/mockgates/mockgates/cmd/internal/cli"
	"github.com/mockgates/mockgates/scenarios"
)

// A shardValue is the value of --shard: a shard such as 2/5, or "auto".
type shardValue string

// shardAuto stands for the shard that the variables of a CI system name. It must
// be asked for: a job that happened to find them would leave scenarios out.
const shardAuto = "auto"

// UnmarshalText parses the value of the flag.
func (s *shardValue) UnmarshalText(text []byte) error {
	if string(text) != shardAuto {
		if _, err := scenarios.ParseShard(string(text)); err != nil {
			return err
		}
	}
	*s = shardValue(text)
	return nil
}

// shardVariables are the pairs of variables in which CI systems name a shard, in
// the order in which auto looks for them.
var shardVariables = []struct {
	index, count string
	first        int // the index of the first shard
}{
	{"CI_NODE_INDEX", "CI_NODE_TOTAL", 1},                         // GitLab
	{"CIRCLE_NODE_INDEX", "CIRCLE_NODE_TOTAL", 0},                 // CircleCI
	{"BUILDKITE_PARALLEL_JOB", "BUILDKITE_PARALLEL_JOB_COUNT", 0}, // Buildkite
	{"JOB_COMPLETION_INDEX", "JOB_COMPLETIONS", 0},                // an indexed Job of Kubernetes, which sets the first alone
	{"AWS_BATCH_JOB_ARRAY_INDEX", "AWS_BATCH_JOB_ARRAY_SIZE", 0},  // AWS Batch
	{"CLOUD_RUN_TASK_INDEX", "CLOUD_RUN_TASK_COUNT", 0},           // Google Cloud Run jobs
}

// resolve returns the shard, which auto takes from the environment.
func (s shardValue) resolve(env cli.Environ) (scenarios.Shard, error) {
	switch s {
	case "":
		return scenarios.Shard{}, nil
	case shardAuto:
	default:
		return scenarios.ParseShard(string(s))
	}
	for _, v := range shardVariables {
		if env[v.index] == "" && env[v.count] == "" {
			continue
		}
		index, err := strconv.Atoi(env[v.index])
		count, errCount := strconv.Atoi(env[v.count])
		shard := scenarios.Shard{Index: index - v.first + 1, Count: count}
		if err != nil || errCount != nil || shard.Index < 1 || shard.Index > count {
			return scenarios.Shard{}, fmt.Errorf("--shard auto: %s is %q and %s is %q; want numbers from %d on, and how many there are",
				v.index, env[v.index], v.count, env[v.count], v.first)
		}
		return shard, nil
	}
	return scenarios.Shard{}, fmt.Errorf("--shard auto: no variable names the shard; want %s", listShardVariables())
}

// listShardVariables returns the pairs of variables in which auto looks.
func listShardVariables() string {
	var pairs []string
	for _, v := range shardVariables {
		pairs = append(pairs, v.index+" of "+v.count)
	}
	return strings.Join(pairs, ", ")
}
