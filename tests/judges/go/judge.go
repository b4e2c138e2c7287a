// Judges what a ledger has signed with the Go libraries of people who have nothing to do with Message Guard.
//
// It reads cases as lines of JSON and answers each with a line: for every library that has something to say about it,
// "" where it accepts, else why it does not.
package main

import (
	"bufio"
	"context"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"filippo.io/torchwood"
	"github.com/transparency-dev/formats/log"
	fnote "github.com/transparency-dev/formats/note"
	"github.com/transparency-dev/merkle/proof"
	"github.com/transparency-dev/merkle/rfc6962"
	"github.com/transparency-dev/tessera/client"
	"github.com/transparency-dev/tessera/fsck"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type testCase struct {
	Kind      string
	Origin    string
	Key       string
	Witnesses []string
	Note      string
	Old       string
	Hashes    [][]byte
	Proof     string
	Entry     string
	Folder    string
	// The ledger's own key has signed it: only who knows witnesses can tell.
	Witnessed bool
}

type judge func(testCase) error

var judges = map[string]map[string]judge{
	"checkpoint": {
		"x/mod/sumdb/note":         noteCheckpoint,
		"transparency-dev/formats": formatsCheckpoint,
		"torchwood":                torchwoodCheckpoint,
	},
	"consistency": {
		"x/mod/sumdb/tlog":        tlogConsistency,
		"transparency-dev/merkle": merkleConsistency,
	},
	"proof": {
		"x/mod/sumdb/tlog":        tlogProof,
		"transparency-dev/merkle": merkleProof,
		"torchwood":               torchwoodProof,
	},
	"tiles": {
		"tessera fsck": tesseraFsck,
	},
}

// opened verifies a checkpoint with x/mod alone.
func opened(text, origin, key string) (tlog.Tree, error) {
	verifier, err := note.NewVerifier(key)
	if err != nil {
		return tlog.Tree{}, err
	}
	n, err := note.Open([]byte(text), note.VerifierList(verifier))
	if err != nil {
		return tlog.Tree{}, err
	}
	// tlog.ParseTree wants Go's own first line; the rest is the same.
	first, rest, _ := strings.Cut(n.Text, "\n")
	if first != origin {
		return tlog.Tree{}, fmt.Errorf("it is of %q", first)
	}
	return tlog.ParseTree([]byte("go.sum database tree\n" + rest))
}

func noteCheckpoint(c testCase) error {
	if len(c.Witnesses) > 0 {
		return errSilent
	}
	_, err := opened(c.Note, c.Origin, c.Key)
	return err
}

func formatsCheckpoint(c testCase) error {
	verifier, err := note.NewVerifier(c.Key)
	if err != nil {
		return err
	}
	var others []note.Verifier
	for _, key := range c.Witnesses {
		other, err := fnote.NewVerifierForCosignatureV1(key)
		if err != nil {
			return err
		}
		others = append(others, other)
	}
	_, _, n, err := log.ParseCheckpoint([]byte(c.Note), c.Origin, verifier, others...)
	if err == nil && len(n.Sigs) < 1+len(others) {
		return fmt.Errorf("%d signatures of %d", len(n.Sigs), 1+len(others))
	}
	return err
}

func policy(c testCase) (torchwood.Policy, error) {
	verifier, err := note.NewVerifier(c.Key)
	if err != nil {
		return nil, err
	}
	policies := []torchwood.Policy{torchwood.OriginPolicy(c.Origin), torchwood.SingleVerifierPolicy(verifier)}
	for _, key := range c.Witnesses {
		witness, err := torchwood.NewCosignatureVerifier(key)
		if err != nil {
			return nil, err
		}
		policies = append(policies, torchwood.SingleVerifierPolicy(witness))
	}
	return torchwood.ThresholdPolicy(len(policies), policies...), nil
}

func torchwoodCheckpoint(c testCase) error {
	p, err := policy(c)
	if err != nil {
		return err
	}
	_, _, err = torchwood.VerifyCheckpoint([]byte(c.Note), p)
	return err
}

func treeProof(c testCase) []tlog.Hash {
	var hashes []tlog.Hash
	for _, raw := range c.Hashes {
		hashes = append(hashes, tlog.Hash(raw))
	}
	return hashes
}

func both(c testCase) (old, now tlog.Tree, err error) {
	if old, err = opened(c.Old, c.Origin, c.Key); err != nil {
		return
	}
	now, err = opened(c.Note, c.Origin, c.Key)
	return
}

func tlogConsistency(c testCase) error {
	old, now, err := both(c)
	if err != nil {
		return err
	}
	if old.N > now.N {
		return errors.New("it has become smaller")
	}
	return tlog.CheckTree(treeProof(c), now.N, now.Hash, old.N, old.Hash)
}

func merkleConsistency(c testCase) error {
	old, now, err := both(c)
	if err != nil {
		return err
	}
	return proof.VerifyConsistency(rfc6962.DefaultHasher, uint64(old.N), uint64(now.N), c.Hashes, old.Hash[:], now.Hash[:])
}

// taken takes a proof apart by hand: neither of the two libraries knows the file.
func taken(c testCase) (tree tlog.Tree, index int64, hashes [][]byte, err error) {
	head, checkpoint, ok := strings.Cut(c.Proof, "\n\n")
	if !ok {
		err = errors.New("no proof")
		return
	}
	for _, line := range strings.Split(head, "\n")[1:] {
		switch {
		case strings.HasPrefix(line, "extra "):
		case strings.HasPrefix(line, "index "):
			_, err = fmt.Sscanf(line, "index %d", &index)
		default:
			var raw []byte
			raw, err = base64.StdEncoding.DecodeString(line)
			hashes = append(hashes, raw)
		}
		if err != nil {
			return
		}
	}
	tree, err = opened(checkpoint, c.Origin, c.Key)
	return
}

func tlogProof(c testCase) error {
	if c.Witnessed {
		return errSilent
	}
	tree, index, hashes, err := taken(c)
	if err != nil {
		return err
	}
	if index >= tree.N {
		return errors.New("beyond the tree")
	}
	return tlog.CheckRecord(treeProof(testCase{Hashes: hashes}), tree.N, tree.Hash, index, tlog.RecordHash([]byte(c.Entry)))
}

func merkleProof(c testCase) error {
	if c.Witnessed {
		return errSilent
	}
	tree, index, hashes, err := taken(c)
	if err != nil {
		return err
	}
	leaf := rfc6962.DefaultHasher.HashLeaf([]byte(c.Entry))
	return proof.VerifyInclusion(rfc6962.DefaultHasher, uint64(index), uint64(tree.N), leaf, hashes, tree.Hash[:])
}

func torchwoodProof(c testCase) error {
	p, err := policy(c)
	if err != nil {
		return err
	}
	return torchwood.VerifyProof(p, tlog.RecordHash([]byte(c.Entry)), []byte(c.Proof))
}

// leaves hashes the entries of a bundle, each with its length in front.
func leaves(bundle []byte) ([][]byte, error) {
	var hashes [][]byte
	for len(bundle) > 0 {
		if len(bundle) < 2 || len(bundle)-2 < int(binary.BigEndian.Uint16(bundle)) {
			return nil, errors.New("a bundle is cut short")
		}
		end := 2 + int(binary.BigEndian.Uint16(bundle))
		hashes = append(hashes, rfc6962.DefaultHasher.HashLeaf(bundle[2:end]))
		bundle = bundle[end:]
	}
	return hashes, nil
}

func tesseraFsck(c testCase) error {
	verifier, err := note.NewVerifier(c.Key)
	if err != nil {
		return err
	}
	check := fsck.New(c.Origin, verifier, client.FileFetcher{Root: c.Folder}, leaves, fsck.Opts{N: workers})
	done := make(chan error, 1)
	go func() { done <- check.Check(context.Background()) }()
	select {
	case err = <-done:
		return err
	case <-time.After(10 * time.Second):
		return errors.New("fsck has not come to an end")
	}
}

// workers is how many tiles fsck compares at once. A worker ends with the first tile that does not fit, and where none is
// left fsck waits for ever: there must be more of them than there are bad tiles.
const workers = 16

var errSilent = errors.New("nothing to say")

// heard calls a judge; one that panics has not accepted.
func heard(j judge, c testCase) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v", r)
		}
	}()
	return j(c)
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<24)
	for lines.Scan() {
		var c testCase
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			panic(err)
		}
		answers := map[string]string{}
		for name, j := range judges[c.Kind] {
			err := heard(j, c)
			if errors.Is(err, errSilent) {
				continue
			}
			answers[name] = ""
			if err != nil {
				answers[name] = err.Error()
			}
		}
		line, err := json.Marshal(answers)
		if err != nil {
			panic(err)
		}
		fmt.Println(string(line))
	}
}
