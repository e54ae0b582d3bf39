package checkout

import (
	"context"

	"github.com/open-feature/go-sdk/openfeature"
	"shop/flags"
)

type flagKey string

const (
	dark flagKey = "dark_mode" //@ declared C
	ads          = `ads`       //@ declared E
)

var all = []string{"new-checkout", "pricing.tier"} //@ declared A declared D

func one(ctx context.Context, c *openfeature.Client) {
	key := "new-checkout" //@ declared A
	c.BooleanValue(ctx, key, false, none) //@ read A
}

func another(ctx context.Context, c *openfeature.Client) {
	key := "new-checkout-flow" //@ declared B
	c.BooleanValue(ctx, key, false, none) //@ read B
}

func hidden(ctx context.Context, c *openfeature.Client, ads string) {
	c.StringValue(ctx, ads, "", none) //@ dynamic
}

func converted(ctx context.Context, c *openfeature.Client) {
	c.BooleanValue(ctx, string(dark), false, none) //@ read C
	c.Boolean(ctx, ads, false, none) //@ read E
	c.Boolean(ctx, "no-such-flag", false, none) //@ undefined
	c.Boolean(ctx, "checkout-"+step, false, none) //@ dynamic
}

func loop(ctx context.Context, c *openfeature.Client) {
	for _, key := range all {
		c.BooleanValue(ctx, key, false, none) //@ dynamic
	}
}

func arguments(set *flag.FlagSet) {
	set.String("ads", "", "usage") //@ unknown E
	slog.Info("read", "name", "dark_mode") //@ unknown C
	switch name {
	case "pricing.tier": //@ unknown D
	}
}

func generated(ctx context.Context) bool {
	return flags.DarkMode.Value(ctx, none) //@ read C
}

func words(s fmt.Stringer) string {
	return s.String()
}
