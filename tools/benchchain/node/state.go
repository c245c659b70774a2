package node

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"

	storetypes "github.com/cosmos/cosmos-sdk/store/v2/types"
)

// Kind is the records of one store whose keys begin with the same byte.
type Kind struct {
	Store  string
	Prefix byte
	Keys   int64
	Bytes  int64 // of keys and values
}

// Name names the kind.
func (k Kind) Name() string { return fmt.Sprintf("%s %02x", k.Store, k.Prefix) }

// State is all records at the latest version, by kind, in order of names.
type State []Kind

// Sum returns how many records there are, and their bytes.
func (s State) Sum() (keys, bytes int64) {
	for _, k := range s {
		keys, bytes = keys+k.Keys, bytes+k.Bytes
	}
	return keys, bytes
}

// Keys returns how many records there are of a kind.
func (s State) Keys(name string) int64 {
	for _, k := range s {
		if k.Name() == name {
			return k.Keys
		}
	}
	return 0
}

var errStores = errors.New("the stores have no names")

// State reads every record of the latest version.
func (n *Node) State() (State, error) {
	multi := n.App.CommitMultiStore()
	named, ok := multi.(interface {
		StoreKeysByName() map[string]storetypes.StoreKey
	})
	if !ok {
		return nil, errStores
	}
	var all State
	for name, key := range named.StoreKeysByName() {
		if _, persistent := key.(*storetypes.KVStoreKey); !persistent {
			continue
		}
		kinds, err := kindsOf(name, multi.GetKVStore(key))
		if err != nil {
			return nil, err
		}
		all = append(all, kinds...)
	}
	slices.SortFunc(all, func(a, b Kind) int { return cmp.Compare(a.Name(), b.Name()) })
	return all, nil
}

func kindsOf(name string, store storetypes.KVStore) (kinds []Kind, err error) {
	it := store.Iterator(nil, nil)
	defer func() { err = errors.Join(err, it.Close()) }()
	for ; it.Valid(); it.Next() {
		key := it.Key()
		if len(key) == 0 {
			continue
		}
		if n := len(kinds); n == 0 || kinds[n-1].Prefix != key[0] {
			kinds = append(kinds, Kind{Store: name, Prefix: key[0]})
		}
		k := &kinds[len(kinds)-1]
		k.Keys, k.Bytes = k.Keys+1, k.Bytes+int64(len(key)+len(it.Value()))
	}
	return kinds, it.Error()
}

// Held returns the bytes of all keys and values of the database: the latest version
// and the old ones that are kept.
func (n *Node) Held() (bytes int64, err error) {
	it, err := n.Written.Iterator(nil, nil)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, it.Close()) }()
	for ; it.Valid(); it.Next() {
		bytes += int64(len(it.Key()) + len(it.Value()))
	}
	return bytes, it.Error()
}

// Files returns the bytes of the files in a directory.
func Files(dir string) (bytes int64, err error) {
	err = filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if errors.Is(err, fs.ErrNotExist) {
			return nil // the database removed it meanwhile
		}
		if err == nil {
			bytes += info.Size()
		}
		return err
	})
	return bytes, err
}
