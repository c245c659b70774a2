package client

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"

	"cosmossdk.io/math"
	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
	sdkerrors "github.com/cosmos/cosmos-sdk/types/errors"
	txtypes "github.com/cosmos/cosmos-sdk/types/tx"
	"github.com/cosmos/cosmos-sdk/types/tx/signing"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"
	"github.com/cosmos/gogoproto/proto"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// Denom is the base unit of the token, in which fees are paid.
const Denom = "spark"

const (
	// gasHeadroom is what a simulated amount is multiplied with, in percent:
	// state may grow between simulation and block.
	gasHeadroom = 150
	// sendTries is how often a transaction is signed again after somebody else
	// used the account's sequence.
	sendTries = 3
)

// SenderOptions say how an account's transactions are paid. The zero value
// simulates for gas and pays nothing, which devnets accept.
type SenderOptions struct {
	// Gas is the limit of each transaction; 0 asks the node to simulate.
	Gas uint64
	// MilliGasPrice is the fee for 1,000 units of gas, in spark.
	MilliGasPrice uint64
}

// Sender signs and sends the transactions of one account. It numbers them
// itself, so that several may wait for one block. It is safe for concurrent
// use; two Senders of one account disturb each other.
type Sender struct {
	client *Client
	key    *Key
	opts   SenderOptions

	mu       sync.Mutex
	known    bool
	number   uint64
	sequence uint64
}

// NewSender returns a Sender of key's account.
func (c *Client) NewSender(key *Key, o SenderOptions) *Sender {
	return &Sender{client: c, key: key, opts: o}
}

// Address returns the account's address.
func (s *Sender) Address() string { return s.key.Address() }

// Send signs msgs, gives them to the node and waits for the block. The error is
// a *TxError when the chain refused.
func (s *Sender) Send(ctx context.Context, msgs ...proto.Message) (*Result, error) {
	hash, err := s.Submit(ctx, msgs...)
	if err != nil {
		return nil, err
	}
	res, err := s.client.Wait(ctx, hash)
	if err != nil {
		s.forget() // the sequence may not have been used
	}
	return res, err
}

// Submit signs msgs and gives them to the node, without waiting for a block.
func (s *Sender) Submit(ctx context.Context, msgs ...proto.Message) (TxHash, error) {
	body, err := bodyOf(msgs...)
	if err != nil {
		return TxHash{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for try := 1; ; try++ {
		hash, err := s.submit(ctx, body)
		if err == nil {
			s.sequence++
			return hash, nil
		}
		s.known = false
		if try == sendTries || !isSequence(err) {
			return hash, err
		}
	}
}

func (s *Sender) forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.known = false
}

func isSequence(err error) bool {
	var e *TxError
	return errors.As(err, &e) && e.Codespace == sdkerrors.RootCodespace && e.Code == sdkerrors.ErrWrongSequence.ABCICode()
}

func (s *Sender) submit(ctx context.Context, body []byte) (TxHash, error) {
	if !s.known {
		acc, err := s.client.Account(ctx, s.key.Address())
		if err != nil {
			return TxHash{}, err
		}
		s.number, s.sequence, s.known = acc.Number, acc.Sequence, true
	}
	gas := s.opts.Gas
	if gas == 0 {
		raw, err := s.sign(body, 0)
		if err != nil {
			return TxHash{}, err
		}
		res, err := s.client.txs().Simulate(ctx, &txtypes.SimulateRequest{TxBytes: raw})
		if err != nil {
			return TxHash{}, simulationError(err)
		}
		gas = res.GasInfo.GasUsed * gasHeadroom / 100
	}
	raw, err := s.sign(body, gas)
	if err != nil {
		return TxHash{}, err
	}
	return s.client.Broadcast(ctx, raw)
}

// sign encodes and signs a transaction in SIGN_MODE_DIRECT.
func (s *Sender) sign(body []byte, gas uint64) ([]byte, error) {
	public, err := codectypes.NewAnyWithValue(s.key.private.PubKey())
	if err != nil {
		return nil, fmt.Errorf("sign transaction: %w", err)
	}
	fee := &txtypes.Fee{GasLimit: gas}
	if s.opts.MilliGasPrice > 0 {
		amount := math.NewIntFromUint64(gas).Mul(math.NewIntFromUint64(s.opts.MilliGasPrice)).AddRaw(999).QuoRaw(1000)
		fee.Amount = sdk.NewCoins(sdk.NewCoin(Denom, amount))
	}
	auth, err := proto.Marshal(&txtypes.AuthInfo{
		SignerInfos: []*txtypes.SignerInfo{{
			PublicKey: public,
			ModeInfo: &txtypes.ModeInfo{Sum: &txtypes.ModeInfo_Single_{
				Single: &txtypes.ModeInfo_Single{Mode: signing.SignMode_SIGN_MODE_DIRECT},
			}},
			Sequence: s.sequence,
		}},
		Fee: fee,
	})
	if err != nil {
		return nil, fmt.Errorf("sign transaction: %w", err)
	}
	doc, err := proto.Marshal(&txtypes.SignDoc{
		BodyBytes: body, AuthInfoBytes: auth, ChainId: s.client.opts.ChainID, AccountNumber: s.number,
	})
	if err != nil {
		return nil, fmt.Errorf("sign transaction: %w", err)
	}
	sig, err := s.key.private.Sign(doc)
	if err != nil {
		return nil, fmt.Errorf("sign transaction: %w", err)
	}
	raw, err := proto.Marshal(&txtypes.TxRaw{BodyBytes: body, AuthInfoBytes: auth, Signatures: [][]byte{sig}})
	if err != nil {
		return nil, fmt.Errorf("sign transaction: %w", err)
	}
	return raw, nil
}

// AccountInfo is what signing needs of an account.
type AccountInfo struct {
	Number, Sequence uint64
}

// Account asks the node for an account. One that has never received anything is
// an error with code NotFound.
func (c *Client) Account(ctx context.Context, address string) (AccountInfo, error) {
	res, err := authtypes.NewQueryClient(c.conn).AccountInfo(ctx, &authtypes.QueryAccountInfoRequest{Address: address})
	if err != nil {
		return AccountInfo{}, fmt.Errorf("ask for account %s: %w", address, err)
	}
	return AccountInfo{Number: res.Info.AccountNumber, Sequence: res.Info.Sequence}, nil
}

func decodeHex(s string) ([]byte, error) {
	raw, err := hex.DecodeString(s)
	if err != nil {
		return nil, errors.New("data is not hexadecimal: " + strconv.Quote(s))
	}
	return raw, nil
}

// simulationError turns what the node says to a simulation into what it would
// have said to the transaction. The node gives the reason in words only.
func simulationError(err error) error {
	s, ok := status.FromError(err)
	if !ok || s.Code() == codes.Unavailable || s.Code() == codes.DeadlineExceeded || s.Code() == codes.Canceled {
		return fmt.Errorf("simulate transaction: %w", err)
	}
	e := &TxError{Codespace: "simulation", Code: 1, Log: s.Message()}
	if strings.Contains(s.Message(), sdkerrors.ErrWrongSequence.Error()) {
		e.Codespace, e.Code = sdkerrors.RootCodespace, sdkerrors.ErrWrongSequence.ABCICode()
	}
	return fmt.Errorf("simulate transaction: %w", e)
}
