package twin

import "cmp"

// Order is a mint that waits.
type Order struct {
	From, To          Account
	Org               uint32
	Burn, DC, Deposit uint64
	Epoch             uint32 // in which it was given
}

func (e *Economy) order(m Mint) error {
	o := Order{From: m.From, To: m.To, Org: m.Org, Burn: m.Burn, DC: m.DC, Deposit: m.Burn, Epoch: e.epoch}
	if m.DC != 0 {
		o.Deposit = m.MaxBurn
	}
	if o.Deposit < e.Params.Credits.MinOrder {
		return CreditsOrder
	}
	of := 0
	for _, other := range e.orders {
		if other.From == m.From {
			of++
		}
	}
	if of >= 5 {
		return CreditsOrders
	}
	if err := e.Send(m.From, Credits, o.Deposit); err != nil {
		return err
	}
	e.enqueue(o)
	return nil
}

func (e *Economy) enqueue(o Order) {
	e.orders[e.nextOrder] = o
	e.nextOrder++
}

// CancelOrder pays back what is left of an own order.
func (e *Economy) CancelOrder(from Account, number uint64) error {
	if o, ok := e.orders[number]; !ok || o.From != from {
		return CreditsNoOrder
	}
	e.endOrder(number)
	return nil
}

func (e *Economy) endOrder(number uint64) {
	o := e.orders[number]
	delete(e.orders, number)
	e.hxw[Credits] -= o.Deposit
	e.hxw[o.From] += o.Deposit
}

// serveOrders serves the first fifty orders, every ten blocks.
func (e *Economy) serveOrders() {
	if e.Height%10 != 0 {
		return
	}
	line := sorted(e.orders, cmp.Compare[uint64])
	price, _ := e.Prices()
	for _, number := range line[:min(len(line), 50)] {
		switch {
		case e.epoch >= e.orders[number].Epoch+e.Params.Credits.OrderEpochs:
			e.endOrder(number)
		case price > 0:
			e.serve(number, price)
		}
	}
}

// serve mints what fits of an order; what is left goes to the end of the line. An org
// that is not the sender's any more, or closed, gets nothing.
func (e *Economy) serve(number, price uint64) {
	o := e.orders[number]
	dc, spark := quote(o.Burn, o.DC, price)
	if o.Org != 0 && e.receiving(o.From, o.Org) != nil || dc == 0 || spark > o.Deposit {
		e.endOrder(number)
		return
	}
	kept, open := e.room(o.From, o.Org)
	if dc > kept+open {
		dc = kept + open
		spark = cost(dc, price)
	}
	if dc > 0 {
		e.burn(Credits, spark)
		e.minted(o.From, o.To, o.Org, Balance{dc, spark})
		o.Deposit -= spark
		if o.Burn != 0 {
			o.Burn -= spark
		} else {
			o.DC -= dc
		}
		e.orders[number] = o
		if o.Burn == 0 && o.DC == 0 {
			e.endOrder(number)
			return
		}
	}
	if number+1 != e.nextOrder {
		delete(e.orders, number)
		e.enqueue(o)
	}
}
