package types

import (
	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/types/msgservice"
)

// RegisterInterfaces registers the module's messages.
func RegisterInterfaces(r codectypes.InterfaceRegistry) {
	r.RegisterImplementations((*sdk.Msg)(nil),
		&MsgRegister{},
		&MsgAssertLocation{},
		&MsgOfferTransfer{},
		&MsgCancelTransfer{},
		&MsgAcceptTransfer{},
		&MsgRenewChain{},
		&MsgRotateKey{},
		&MsgSetPayout{},
		&MsgRetire{},
		&MsgBan{},
		&MsgUpdateParams{},
	)
	msgservice.RegisterMsgServiceDesc(r, &_Msg_serviceDesc)
}
