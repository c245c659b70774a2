package chaintest

import (
	"context"

	"cosmossdk.io/math"
	clienttx "github.com/cosmos/cosmos-sdk/client/tx"
	"github.com/cosmos/cosmos-sdk/crypto/keys/secp256k1"
	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/types/tx/signing"
	authsigning "github.com/cosmos/cosmos-sdk/x/auth/signing"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"

	"github.com/hexwave/hexwave/chain/app"
	"github.com/hexwave/hexwave/chain/app/netgenesis"
	routing "github.com/hexwave/hexwave/chain/x/routing/types"
)

// AccountBalance is what each of Options.Accounts starts with, in spark.
const AccountBalance = 1_000_000 * app.PowerReduction

// testGas is the gas limit of every signed test transaction.
const testGas = 10_000_000

// Account is a named key. The same name is the same key in every chain.
type Account struct {
	Name string
	Key  *secp256k1.PrivKey
}

// Account returns the account of a name. It is funded only when the name was in
// Options.Accounts.
func (c *Chain) Account(name string) *Account {
	a, ok := c.accounts[name]
	if !ok {
		a = &Account{Name: name, Key: secp256k1.GenPrivKeyFromSecret([]byte("hexwave test account " + name))}
		c.accounts[name] = a
	}
	return a
}

// Operator returns the account of validator i's operator.
func (c *Chain) Operator(i int) *Account {
	return &Account{Name: "operator", Key: c.Nodes[i].Operator}
}

// Address returns the account's address.
func (a *Account) Address() sdk.AccAddress { return sdk.AccAddress(a.Key.PubKey().Address()) }

// String returns the address in bech32.
func (a *Account) String() string { return a.Address().String() }

// funded returns who has spark at genesis besides the validators.
func (c *Chain) funded() (all []netgenesis.Account) {
	for _, name := range c.opts.Accounts {
		all = append(all, netgenesis.Account{Address: c.Account(name).Address(), Coins: coins(AccountBalance)})
	}
	if c.opts.Bonds > 0 {
		all = append(all, netgenesis.Account{
			Address: authtypes.NewModuleAddress(routing.ModuleName), Coins: coins(c.opts.Bonds), Module: true,
		})
	}
	return all
}

func coins(spark int64) sdk.Coins { return sdk.NewCoins(sdk.NewCoin(app.Denom, math.NewInt(spark))) }

// Balance returns an account's spark.
func (c *Chain) Balance(addr sdk.AccAddress) math.Int {
	c.t.Helper()
	return c.App.Keepers.Bank.GetBalance(c.Context(), addr, app.Denom).Amount
}

// Supply returns all spark there are.
func (c *Chain) Supply() math.Int {
	c.t.Helper()
	return c.App.Keepers.Bank.GetSupply(c.Context(), app.Denom).Amount
}

// Sign returns a transaction of msgs signed by account a with its sequence on
// chain plus ahead, which is 0 but for several transactions in one block.
func (c *Chain) Sign(a *Account, ahead uint64, msgs ...sdk.Msg) []byte {
	c.t.Helper()
	acc := c.App.Keepers.Account.GetAccount(c.Context(), a.Address())
	if acc == nil {
		c.t.Fatalf("account %s is not on chain", a.Name)
	}
	cfg := c.App.TxConfig()
	b := cfg.NewTxBuilder()
	if err := b.SetMsgs(msgs...); err != nil {
		c.t.Fatalf("build transaction: %v", err)
	}
	b.SetGasLimit(testGas)
	sequence := acc.GetSequence() + ahead
	mode := signing.SignMode_SIGN_MODE_DIRECT
	if err := b.SetSignatures(signing.SignatureV2{
		PubKey: a.Key.PubKey(), Data: &signing.SingleSignatureData{SignMode: mode}, Sequence: sequence,
	}); err != nil {
		c.t.Fatalf("build transaction: %v", err)
	}
	sig, err := clienttx.SignWithPrivKey(context.Background(), mode, authsigning.SignerData{
		Address: a.String(), ChainID: ChainID, AccountNumber: acc.GetAccountNumber(), Sequence: sequence, PubKey: a.Key.PubKey(),
	}, b, a.Key, cfg, sequence)
	if err != nil {
		c.t.Fatalf("sign transaction: %v", err)
	}
	if err := b.SetSignatures(sig); err != nil {
		c.t.Fatalf("build transaction: %v", err)
	}
	raw, err := cfg.TxEncoder()(b.GetTx())
	if err != nil {
		c.t.Fatalf("encode transaction: %v", err)
	}
	return raw
}

// Lane returns a transaction of one free-lane message.
func (c *Chain) Lane(msg sdk.Msg) []byte {
	c.t.Helper()
	b := c.App.TxConfig().NewTxBuilder()
	if err := b.SetMsgs(msg); err != nil {
		c.t.Fatalf("build lane transaction: %v", err)
	}
	raw, err := c.App.TxConfig().TxEncoder()(b.GetTx())
	if err != nil {
		c.t.Fatalf("encode lane transaction: %v", err)
	}
	return raw
}

// Deliver puts msgs of account a into the next block and fails the test unless
// they succeed.
func (c *Chain) Deliver(a *Account, msgs ...sdk.Msg) Result {
	c.t.Helper()
	r := c.TryDeliver(a, msgs...)
	if !r.OK() {
		c.t.Fatalf("deliver %s: code %d (%s): %s", sdk.MsgTypeURL(msgs[0]), r.Code, r.Codespace, r.Log)
	}
	return r
}

// TryDeliver is Deliver for messages that may be refused.
func (c *Chain) TryDeliver(a *Account, msgs ...sdk.Msg) Result {
	c.t.Helper()
	return c.NextBlock(c.Sign(a, 0, msgs...))[0]
}
