package checkout

import (
	"context"

	"github.com/open-feature/go-sdk/openfeature"
)

func short(ctx context.Context, client *openfeature.Client, region string) bool {
	key := fmt.Sprintf("beta-%s", region)
	on, _ := client.BooleanValue(ctx, key, false, openfeature.EvaluationContext{}) //@ dynamic
	return on && client.Boolean(ctx, "beta-"+region, false, openfeature.EvaluationContext{}) //@ dynamic
}

func unknown(ctx context.Context, client *openfeature.Client) bool {
	return client.Boolean(ctx, "nope", false, openfeature.EvaluationContext{}) //@ undefined
}
