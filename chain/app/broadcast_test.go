package app

import (
	"context"
	"testing"

	"cosmossdk.io/log/v2"
	"github.com/cosmos/cosmos-sdk/baseapp"
	txtypes "github.com/cosmos/cosmos-sdk/types/tx"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// registered remembers what was registered.
type registered struct {
	methods map[string]grpc.MethodDesc
	impl    any
}

func (r *registered) RegisterService(desc *grpc.ServiceDesc, impl any) {
	for _, m := range desc.Methods {
		r.methods[desc.ServiceName+"/"+m.MethodName] = m
	}
	r.impl = impl
}

// taker is a transaction service that takes all but what makes it panic.
type taker struct {
	txtypes.UnimplementedServiceServer
	took []byte
}

func (t *taker) BroadcastTx(_ context.Context, r *txtypes.BroadcastTxRequest) (*txtypes.BroadcastTxResponse, error) {
	if string(r.TxBytes) == "panic" {
		panic("broken")
	}
	t.took = r.TxBytes
	return &txtypes.BroadcastTxResponse{}, nil
}

// wrapped stands for BaseApp's interceptor, which must stay on all other methods.
func wrapped(any, context.Context, func(any) error, grpc.UnaryServerInterceptor) (any, error) {
	return "wrapped", nil
}

func TestOnlyBroadcastGoesWithoutTheInterceptor(t *testing.T) {
	r := &registered{methods: map[string]grpc.MethodDesc{}}
	desc := &grpc.ServiceDesc{ServiceName: txService, Methods: []grpc.MethodDesc{
		{MethodName: broadcastMethod, Handler: wrapped}, {MethodName: "Simulate", Handler: wrapped},
	}}
	service := &taker{}
	s := plainBroadcast{r, &baseapp.BaseApp{}}
	s.RegisterService(desc, service)
	s.RegisterService(&grpc.ServiceDesc{ServiceName: "other", Methods: []grpc.MethodDesc{{MethodName: broadcastMethod, Handler: wrapped}}}, nil)
	for _, name := range []string{txService + "/Simulate", "other/" + broadcastMethod} {
		if got, _ := r.methods[name].Handler(nil, t.Context(), nil, nil); got != "wrapped" {
			t.Errorf("%s goes without the interceptor", name)
		}
	}
	if got, _ := desc.Methods[0].Handler(nil, t.Context(), nil, nil); got != "wrapped" {
		t.Error("the SDK's own description was changed")
	}
	s.base = baseapp.NewBaseApp("test", log.NewNopLogger(), nil, nil)
	s.RegisterService(desc, service)
	for _, c := range []struct {
		name string
		tx   []byte
		want codes.Code
	}{
		{"a transaction", []byte("tx"), codes.OK},
		{"too large", make([]byte, max(MaxTxBytes, MaxLaneTxBytes)+1), codes.InvalidArgument},
		{"as large as may be", make([]byte, max(MaxTxBytes, MaxLaneTxBytes)), codes.OK},
		{"a panic", []byte("panic"), codes.Internal},
	} {
		t.Run(c.name, func(t *testing.T) {
			service.took = nil
			_, err := r.methods[txService+"/"+broadcastMethod].Handler(service, t.Context(), func(m any) error {
				m.(*txtypes.BroadcastTxRequest).TxBytes = c.tx
				return nil
			}, nil)
			if got := status.Code(err); got != c.want {
				t.Errorf("%v, want %s", err, c.want)
			}
			if (service.took != nil) != (c.want == codes.OK) {
				t.Errorf("the service was given %d bytes", len(service.took))
			}
		})
	}
}
