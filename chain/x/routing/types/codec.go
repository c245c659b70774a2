package types

import (
	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/types/msgservice"
)

// RegisterInterfaces registers the module's messages.
func RegisterInterfaces(r codectypes.InterfaceRegistry) {
	r.RegisterImplementations((*sdk.Msg)(nil),
		&MsgCreateOrg{},
		&MsgOfferOrg{},
		&MsgAcceptOrg{},
		&MsgCloseOrg{},
		&MsgSetBundleKey{},
		&MsgAddDevAddrRange{},
		&MsgSetNetID{},
		&MsgAddJoinEUI{},
		&MsgRemoveJoinEUI{},
		&MsgAuthorizeSigner{},
		&MsgSetSigner{},
		&MsgAddBond{},
		&MsgRevokeSigner{},
		&MsgWithdrawBond{},
		&MsgCommitBundle{},
		&MsgSetWifiPrice{},
		&MsgAddRealm{},
		&MsgRemoveRealm{},
		&MsgUpdateParams{},
	)
	msgservice.RegisterMsgServiceDesc(r, &_Msg_serviceDesc)
}
