// Package openfeature is as much of OpenFeature as the samples need.
package openfeature

import "context"

type EvaluationContext struct{}

type Client struct{}

func (c *Client) Boolean(ctx context.Context, flag string, defaultValue bool, evalCtx EvaluationContext) bool {
	return defaultValue
}

func (c *Client) BooleanValue(ctx context.Context, flag string, defaultValue bool, evalCtx EvaluationContext) (bool, error) {
	return defaultValue, nil
}
