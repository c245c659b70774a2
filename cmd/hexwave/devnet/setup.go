package devnet

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"

	"github.com/cosmos/gogoproto/proto"

	"github.com/hexwave/hexwave/chain/client"
	creditstypes "github.com/hexwave/hexwave/chain/x/credits/types"
	hotspottypes "github.com/hexwave/hexwave/chain/x/hotspot/types"
	routingtypes "github.com/hexwave/hexwave/chain/x/routing/types"
	"github.com/hexwave/hexwave/cmd/hexwave/node"
	"github.com/hexwave/hexwave/poc/geo"
)

// What the owners and the org buy, DC, and how the lane is opened. The first org
// and its first lane have number 1, so one transaction can hold all of it.
const (
	ownerCredits  = 6_000_000  // a registration and a location, with change
	orgCredits    = 60_000_000 // US$ 600
	escrowCredits = 50_000_000
	laneAllowance = 1_000_000 // DC an epoch
	laneBond      = 2_000 * hxw
	orgNumber     = 1
	laneNumber    = 1
	// registrationLife is in blocks: longer than any run needs to start.
	registrationLife = 10_000
	// cellRes is the resolution of an asserted place.
	cellRes = 12
)

// parallel runs f for 0..n-1 at once and joins the errors.
func parallel(n int, f func(i int) error) error {
	errs := make([]error, n)
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() { errs[i] = f(i) })
	}
	wg.Wait()
	return errors.Join(errs...)
}

// consents asks each hotspot's own program for the signed registration.
func (r *run) consents(ctx context.Context) error {
	r.registrations = make([][]byte, len(r.layout.Hotspots))
	limit := make(chan struct{}, 2)
	return parallel(len(r.layout.Hotspots)+1, func(i int) (err error) {
		limit <- struct{}{}
		defer func() { <-limit }()
		if i == len(r.layout.Hotspots) {
			r.wifiRegistration, err = r.consent(ctx, &r.layout.WiFi.Hotspot, "wifi")
			return err
		}
		r.registrations[i], err = r.consent(ctx, &r.layout.Hotspots[i], "full")
		return err
	})
}

func (r *run) consent(ctx context.Context, h *Hotspot, class string) ([]byte, error) {
	raw, err := r.output(ctx, "hotspot", "registration", "--key-file", r.paths.hotspotKey(h.Name), "--class", class,
		"--owner", r.layout.Account(h.Owner).Address, "--chain-id", ChainID, "--valid-until", strconv.Itoa(registrationLife))
	if err != nil {
		return nil, err
	}
	consent, err := hex.DecodeString(strings.TrimSpace(raw))
	if err != nil {
		return nil, fmt.Errorf("registration of %s: %w", h.Name, err)
	}
	return consent, nil
}

// output runs one of our binaries to its end and returns what it printed.
func (r *run) output(ctx context.Context, binary string, args ...string) (string, error) {
	out, err := exec.CommandContext(ctx, filepath.Join(r.opt.Bin, binary), args...).Output()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return "", fmt.Errorf("%s %s: %w: %s", binary, args[0], err, strings.TrimSpace(string(exit.Stderr)))
	}
	if err != nil {
		return "", fmt.Errorf("%s %s: %w", binary, args[0], err)
	}
	return string(out), nil
}

// setupOrg opens the org with everything it needs, in one transaction.
func (r *run) setupOrg(ctx context.Context) error {
	org := r.layout.Account(orgName)
	b := r.routes
	_, err := r.send(ctx, org.key,
		&creditstypes.MsgMintCredits{Sender: org.Address, Credits: orgCredits},
		&routingtypes.MsgCreateOrg{Owner: org.Address, BundleKey: publicOf(r.layout.Bundle).Bytes()},
		&creditstypes.MsgFundOrg{Sender: org.Address, Org: orgNumber, Credits: escrowCredits},
		&routingtypes.MsgAddDevAddrRange{Owner: org.Address, Org: orgNumber, Blocks: devAddrBlocks},
		&routingtypes.MsgAddJoinEUI{Owner: org.Address, Org: orgNumber, JoinEui: joinEUI},
		&routingtypes.MsgAuthorizeSigner{
			Owner: org.Address, Org: orgNumber, Key: publicOf(r.layout.Lane).Bytes(), Kind: routingtypes.SIGNER_KIND_ROUTER,
			Allowance: laneAllowance, Bond: laneBond, Payout: r.layout.Account(routerName).Address,
		},
		&routingtypes.MsgCommitBundle{Owner: org.Address, Org: orgNumber, Sequence: b.sequence, Digest: b.digest[:]},
	)
	if err != nil {
		return fmt.Errorf("set up the org: %w", err)
	}
	return nil
}

// setupCarrier opens the carrier's org, which buys Wi-Fi, in one transaction. It
// must follow setupOrg: orgs are numbered in order.
func (r *run) setupCarrier(ctx context.Context) error {
	carrier := r.layout.Account(carrierName)
	b := r.wifiRoutes
	_, err := r.send(ctx, carrier.key,
		&creditstypes.MsgMintCredits{Sender: carrier.Address, Credits: orgCredits},
		&routingtypes.MsgCreateOrg{Owner: carrier.Address, BundleKey: publicOf(r.layout.WiFi.Bundle).Bytes()},
		&creditstypes.MsgFundOrg{Sender: carrier.Address, Org: carrierNumber, Credits: escrowCredits},
		&routingtypes.MsgAddRealm{Owner: carrier.Address, Org: carrierNumber, Realm: carrierRealm},
		&routingtypes.MsgSetWifiPrice{Owner: carrier.Address, Org: carrierNumber, Price: wifiPrice},
		&routingtypes.MsgAuthorizeSigner{
			Owner: carrier.Address, Org: carrierNumber, Key: publicOf(r.layout.WiFi.Lane).Bytes(), Kind: routingtypes.SIGNER_KIND_PAYER,
			Allowance: laneAllowance, Bond: laneBond, Payout: r.layout.Account(agentName).Address,
		},
		&routingtypes.MsgCommitBundle{Owner: carrier.Address, Org: carrierNumber, Sequence: b.sequence, Digest: b.digest[:]},
	)
	if err != nil {
		return fmt.Errorf("set up the carrier: %w", err)
	}
	return nil
}

// setupWiFi registers the Wi-Fi hotspot, which needs no place.
func (r *run) setupWiFi(ctx context.Context) (err error) {
	r.wifiIndex, err = r.register(ctx, &r.layout.WiFi.Hotspot, r.wifiRegistration)
	if err != nil {
		return fmt.Errorf("set up %s: %w", wifiName, err)
	}
	return nil
}

// register has a hotspot's owner buy credits and register it, and returns its
// index.
func (r *run) register(ctx context.Context, h *Hotspot, consent []byte) (uint32, error) {
	owner := r.layout.Account(h.Owner)
	res, err := r.send(ctx, owner.key,
		&creditstypes.MsgMintCredits{Sender: owner.Address, Credits: ownerCredits},
		&hotspottypes.MsgRegister{Payer: owner.Address, Owner: owner.Address, Registration: consent},
	)
	if err != nil {
		return 0, fmt.Errorf("register: %w", err)
	}
	var reg hotspottypes.MsgRegisterResponse
	err = res.Response(1, &reg)
	return reg.Hotspot, err
}

// setupHotspots has every owner buy credits and register, then assert a place.
func (r *run) setupHotspots(ctx context.Context) error {
	r.indexes, r.ownerStart = make([]uint32, len(r.layout.Hotspots)), make([]uint64, len(r.layout.Hotspots))
	return parallel(len(r.layout.Hotspots), func(i int) error {
		h := &r.layout.Hotspots[i]
		if err := r.setupHotspot(ctx, i, h); err != nil {
			return fmt.Errorf("set up %s: %w", h.Name, err)
		}
		return nil
	})
}

func (r *run) setupHotspot(ctx context.Context, i int, h *Hotspot) error {
	owner := r.layout.Account(h.Owner)
	index, err := r.register(ctx, h, r.registrations[i])
	if err != nil {
		return err
	}
	r.indexes[i] = index
	_, err = r.send(ctx, owner.key, &hotspottypes.MsgAssertLocation{
		Owner: owner.Address, Hotspot: index,
		Location: hotspottypes.Location{
			Lat: int32(h.Asserted.Lat), Lng: int32(h.Asserted.Lng), Cell: uint64(geo.CellAt(h.Asserted, cellRes)),
			Gain: h.Gain, Height: h.Height,
		},
	})
	if err != nil {
		return fmt.Errorf("assert location: %w", err)
	}
	r.ownerStart[i], err = r.balance(ctx, owner.Address)
	return err
}

// send sends through the first validator, without fees: devnet nodes take none.
func (r *run) send(ctx context.Context, key *client.Key, msgs ...proto.Message) (*client.Result, error) {
	return r.chain.NewSender(key, client.SenderOptions{Gas: node.Gas(len(msgs))}).Send(ctx, msgs...)
}
