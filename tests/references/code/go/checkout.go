package checkout

import (
	"context"
	"fmt"

	"github.com/open-feature/go-sdk/openfeature"
	"shop/flags"
)

func direct(ctx context.Context, client *openfeature.Client) bool {
	on, _ := client.BooleanValue(ctx, "new-checkout", false, openfeature.EvaluationContext{}) //@ read A
	return on
}

func short(ctx context.Context, client *openfeature.Client) bool {
	return client.Boolean(ctx, "dark_mode", false, openfeature.EvaluationContext{}) //@ read C
}

func constant(ctx context.Context, client *openfeature.Client) string {
	tier, _ := client.StringValue(ctx, flags.Tier, "basic", openfeature.EvaluationContext{}) //@ read D
	details, _ := client.BooleanValueDetails(ctx, flags.NewCheckout, false, openfeature.EvaluationContext{}) //@ read A
	return tier + fmt.Sprint(details)
}

func local(ctx context.Context, client *openfeature.Client) bool {
	key := "new-checkout-flow" //@ declared B
	on, _ := client.BooleanValue(ctx, key, false, openfeature.EvaluationContext{}) //@ read B
	return on
}

func dynamic(ctx context.Context, client *openfeature.Client, step string) bool {
	on, _ := client.BooleanValue(ctx, fmt.Sprintf("checkout-%s", step), false, openfeature.EvaluationContext{}) //@ dynamic
	return on
}

func parameter(ctx context.Context, client *openfeature.Client, name string) bool {
	on, _ := client.BooleanValue(ctx, name, false, openfeature.EvaluationContext{}) //@ dynamic
	return on
}

// new-checkout is described here //@ comment A
func other() string {
	return fmt.Sprint("dark_mode", NewCheckoutColour) //@ unknown C
}

func shadow(ctx context.Context, client *openfeature.Client, NewCheckout string) bool {
	on, _ := client.BooleanValue(ctx, NewCheckout, false, openfeature.EvaluationContext{}) //@ dynamic
	return on
}
