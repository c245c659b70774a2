// Package journal owns the explorer's file of blocks already read, so that a restart need not ask the node for all of them
// again, and a node that has pruned its first blocks does not leave the map without them.
//
// The chain is the truth and the file a copy: one that is missing, torn or of another version is made anew. The package knows
// no rule of the map.
package journal

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
	"strconv"

	"github.com/hexwave/hexwave/explorer"
)

// ErrOtherChain says that the folder holds the blocks of another chain.
var ErrOtherChain = errors.New("the data folder belongs to another chain")

const (
	fileName = "blocks.jsonl"
	maxLine  = 64 << 20 // bytes of one block

	// version rises with every event of the chain that is read and was not before: blocks kept until then lack it for ever.
	version = 2
)

// header is the first line of the file.
type header struct {
	Version int    `json:"version"`
	ChainID string `json:"chain_id"`
}

// Journal appends blocks to a file. Its methods are for one goroutine.
type Journal struct {
	file    *os.File
	chainID string
}

// Open opens or creates the journal in a folder, and replays what it holds: replay is called for each block in order. What
// follows a torn or damaged line is cut off.
func Open(dir string, replay func(explorer.Block) error) (*Journal, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make data folder: %w", err)
	}
	file, err := os.OpenFile(filepath.Join(dir, fileName), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open journal: %w", err)
	}
	j := &Journal{file: file}
	if err := j.read(replay); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return j, nil
}

// read replays the file and leaves the write position behind the last good line.
func (j *Journal) read(replay func(explorer.Block) error) error {
	r := bufio.NewReaderSize(j.file, 1<<20)
	var good int64
	for first := true; ; first = false {
		line, err := r.ReadBytes('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return fmt.Errorf("read journal: %w", err)
		}
		body, ok := unseal(line)
		if !ok {
			break
		}
		if first {
			var h header
			if json.Unmarshal(body, &h) != nil || h.Version != version {
				break
			}
			j.chainID = h.ChainID
		} else {
			b, err := decode(body)
			if err != nil {
				break
			}
			if err := replay(b); err != nil {
				return fmt.Errorf("replay block %d: %w", b.Height, err)
			}
		}
		good += int64(len(line))
	}
	if err := j.file.Truncate(good); err != nil {
		return fmt.Errorf("cut journal: %w", err)
	}
	if _, err := j.file.Seek(good, io.SeekStart); err != nil {
		return fmt.Errorf("cut journal: %w", err)
	}
	return nil
}

// ChainID returns the chain whose blocks the journal holds; "" while it is empty.
func (j *Journal) ChainID() string { return j.chainID }

// Append adds a block; one without events is not worth a line. The first one ever names the chain. The file is not synced:
// what a power failure takes is read from the node again.
func (j *Journal) Append(chainID string, b explorer.Block) error {
	if j.chainID == "" {
		if err := j.write(header{Version: version, ChainID: chainID}); err != nil {
			return err
		}
		j.chainID = chainID
	}
	if chainID != j.chainID {
		return fmt.Errorf("%w: %q, not %q", ErrOtherChain, j.chainID, chainID)
	}
	if len(b.Events) == 0 {
		return nil
	}
	line, err := encode(b)
	if err != nil {
		return err
	}
	return j.write(line)
}

func (j *Journal) write(v any) error {
	body, err := json.Marshal(v)
	if err != nil {
		return err
	}
	_, err = j.file.Write(seal(body))
	return err
}

// Close closes the file.
func (j *Journal) Close() error { return j.file.Close() }

const sumLen = 9 // eight hexadecimal digits and a space

// seal puts a checksum before a line.
func seal(body []byte) []byte {
	line := fmt.Appendf(nil, "%08x ", crc32.ChecksumIEEE(body))
	return append(append(line, body...), '\n')
}

// unseal returns a whole line's body if its checksum holds.
func unseal(line []byte) ([]byte, bool) {
	if len(line) <= sumLen || len(line) > maxLine || line[len(line)-1] != '\n' || line[sumLen-1] != ' ' {
		return nil, false
	}
	sum, err := strconv.ParseUint(string(line[:sumLen-1]), 16, 32)
	body := line[sumLen : len(line)-1]
	return body, err == nil && uint32(sum) == crc32.ChecksumIEEE(body)
}
