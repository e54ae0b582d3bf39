package shop

import (
	"context"

	"github.com/open-feature/go-sdk/openfeature"
)

type flagKey string

const (
	newCheckout          = "new-checkout"
	typedCheckout flagKey = "new-checkout"
	newReceipts          = "new-receipts"
)

func pay(ctx context.Context, client *openfeature.Client, user openfeature.EvaluationContext) string {
	if client.Boolean(ctx, "new-checkout", false, user) {
		return "new"
	}
	return "old"
}

func open(ctx context.Context, client *openfeature.Client, user openfeature.EvaluationContext, open bool) string {
	enabled := client.Boolean(ctx, newCheckout, false, user)
	if enabled && open {
		return "open"
	} else {
		return "closed"
	}
}

func typed(ctx context.Context, client *openfeature.Client, user openfeature.EvaluationContext, printed bool) bool {
	return printed || client.Boolean(ctx, string(typedCheckout), false, user)
}

func others(ctx context.Context, client *openfeature.Client, user openfeature.EvaluationContext) bool {
	return client.Boolean(ctx, newReceipts, false, user) || client.Boolean(ctx, "new-checkout-2", false, user)
}

// Two values: what becomes of the error is for a person to decide.
func careful(ctx context.Context, client *openfeature.Client, user openfeature.EvaluationContext) (bool, error) {
	enabled, err := client.BooleanValue(ctx, newCheckout, false, user)
	if err != nil {
		return false, err
	}
	return enabled, nil
}
