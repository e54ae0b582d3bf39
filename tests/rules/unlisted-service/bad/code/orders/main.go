package main

func isNew(ctx context.Context, client *openfeature.Client) bool {
	on, _ := client.BooleanValue(ctx, "new-checkout", false, openfeature.EvaluationContext{})
	return on
}
