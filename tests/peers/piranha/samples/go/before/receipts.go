package shop

import (
	"context"

	"github.com/open-feature/go-sdk/openfeature"
)

func receipt(ctx context.Context, client *openfeature.Client, user openfeature.EvaluationContext) string {
	if !client.Boolean(ctx, newCheckout, true, user) {
		return "paper"
	}
	return "mail"
}
