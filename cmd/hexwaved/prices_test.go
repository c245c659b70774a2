package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"cosmossdk.io/log/v2"
	"github.com/cosmos/cosmos-sdk/client"
	"github.com/spf13/cobra"
	"github.com/spf13/viper"
	"golang.org/x/sync/errgroup"

	"github.com/hexwave/hexwave/chain/pricesource"
)

// priceOptions are the settings as start reads them: app.toml under flags.
func priceOptions(t *testing.T, file string, args ...string) *viper.Viper {
	t.Helper()
	start := &cobra.Command{}
	addPriceFlags(start)
	if err := start.ParseFlags(args); err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), appConfigFile)
	if err := os.WriteFile(name, []byte(file), 0o600); err != nil {
		t.Fatal(err)
	}
	v := viper.New()
	v.SetConfigFile(name)
	if err := v.ReadInConfig(); err != nil {
		t.Fatal(err)
	}
	if err := v.BindPFlags(start.Flags()); err != nil {
		t.Fatal(err)
	}
	return v
}

func TestPriceSourcesOfANode(t *testing.T) {
	price := filepath.Join(t.TempDir(), "price.json")
	if err := os.WriteFile(price, []byte(`{"usd": 0.27}`), 0o600); err != nil {
		t.Fatal(err)
	}
	source := "file:" + price + "#usd"
	for name, v := range map[string]*viper.Viper{
		"flag":     priceOptions(t, "", "--price-source", source, "--price-source", "file:/nowhere"),
		"app.toml": priceOptions(t, "price-source = [\""+source+"\", \"file:/nowhere\"]\n"),
	} {
		prices, err := openPrices(log.NewNopLogger(), v)
		if err != nil || prices == nil {
			t.Fatalf("%s: %v, %v", name, prices, err)
		}
		limited, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		g, ctx := errgroup.WithContext(limited)
		if err := (&starter{prices}).run(nil, client.Context{}, ctx, g); err != nil {
			t.Fatal(err)
		}
		for {
			if q, ok := prices.Newest(); ok {
				if q.Price != 27_000_000 || q.Sources != 1 {
					t.Errorf("%s: %+v", name, q)
				}
				break
			}
			if ctx.Err() != nil {
				t.Fatalf("%s: no quote", name)
			}
			time.Sleep(time.Millisecond)
		}
		cancel()
		if err := g.Wait(); err != nil {
			t.Error(err)
		}
	}
}

func TestNodeWithoutPriceSource(t *testing.T) {
	for name, v := range map[string]*viper.Viper{"flags": priceOptions(t, ""), "no flags": viper.New()} {
		if prices, err := openPrices(log.NewNopLogger(), v); prices != nil || err != nil {
			t.Errorf("%s: %v, %v", name, prices, err)
		}
	}
	v := priceOptions(t, "", "--price-source", "http://example.org/price")
	if _, err := openPrices(log.NewNopLogger(), v); !errors.Is(err, pricesource.ErrSpec) {
		t.Errorf("a source without TLS: %v", err)
	}
}
