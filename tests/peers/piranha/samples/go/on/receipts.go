package shop

import (
	"context"

	"github.com/open-feature/go-sdk/openfeature"
)

func receipt(ctx context.Context, client *openfeature.Client, user openfeature.EvaluationContext) string {
	return "mail"
}
