package app

import (
	"context"
	"slices"

	"github.com/cosmos/cosmos-sdk/baseapp"
	txtypes "github.com/cosmos/cosmos-sdk/types/tx"
	gogogrpc "github.com/cosmos/gogoproto/grpc"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// RegisterGRPCServerWithSkipCheckHeader implements the SDK's servertypes.Application.
// It differs from BaseApp's in the one method that takes transactions, which needs no
// query context, and whose bytes BaseApp would print for its log, read or not: that is
// five times the work of refusing a useless batch.
func (app *App) RegisterGRPCServerWithSkipCheckHeader(server gogogrpc.Server, skip bool) {
	app.BaseApp.RegisterGRPCServerWithSkipCheckHeader(plainBroadcast{server, app.BaseApp}, skip)
}

// plainBroadcast registers services, and BroadcastTx without BaseApp's interceptor.
type plainBroadcast struct {
	gogogrpc.Server
	base *baseapp.BaseApp
}

const (
	txService       = "cosmos.tx.v1beta1.Service"
	broadcastMethod = "BroadcastTx"
	// anyTxBytes is the size of a transaction of whatever kind.
	anyTxBytes = max(MaxTxBytes, MaxLaneTxBytes)
)

// RegisterService implements gogogrpc.Server.
func (s plainBroadcast) RegisterService(desc *grpc.ServiceDesc, impl any) {
	if desc.ServiceName == txService {
		own := *desc
		own.Methods = slices.Clone(desc.Methods)
		for i := range own.Methods {
			if own.Methods[i].MethodName == broadcastMethod {
				own.Methods[i].Handler = s.broadcast
			}
		}
		desc = &own
	}
	s.Server.RegisterService(desc, impl)
}

// broadcast handles BroadcastTx, size first.
func (s plainBroadcast) broadcast(service any, ctx context.Context, decode func(any) error, _ grpc.UnaryServerInterceptor) (answer any, err error) {
	in := new(txtypes.BroadcastTxRequest)
	if err := decode(in); err != nil {
		return nil, err
	}
	if size := len(in.TxBytes); size > anyTxBytes {
		return nil, status.Errorf(codes.InvalidArgument, "transaction of %d bytes, at most %d", size, anyTxBytes)
	}
	defer func() {
		if r := recover(); r != nil {
			s.base.Logger().Error("broadcast", "panic", r)
			err = status.Error(codes.Internal, "broadcast failed")
		}
	}()
	return service.(txtypes.ServiceServer).BroadcastTx(ctx, in)
}
