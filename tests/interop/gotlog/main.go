// Gotlog reads a log exported as static files with golang.org/x/mod/sumdb alone: an
// implementation that shares no line with ours. It prints "ok SIZE ROOT", or says what
// does not hold and exits 1. For each INDEX it prints its own inclusion path of that entry
// and its own consistency path from the tree that ended with it.
//
//	GO111MODULE=off GOPATH=/usr/share/gocode go build -o gotlog main.go
//	gotlog DIRECTORY [INDEX...]
package main

import (
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const height = 8 // C2SP tlog-tiles: full tiles are 256 hashes wide

func main() {
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "usage: gotlog DIRECTORY [INDEX...]")
		os.Exit(2)
	}
	tree, err := check(os.Args[1])
	if err == nil {
		err = printPaths(os.Args[1], tree, os.Args[2:])
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "gotlog:", err)
		os.Exit(1)
	}
	fmt.Println("ok", tree.N, tree.Hash)
}

func check(dir string) (tlog.Tree, error) {
	tree, err := openCheckpoint(dir)
	if err != nil || tree.N == 0 {
		return tree, err
	}
	leaves, err := entryHashes(dir, tree.N)
	if err != nil {
		return tree, err
	}
	reader := tlog.TileHashReader(tree, directory(dir))
	if err := checkTiles(tree, leaves, reader); err != nil {
		return tree, err
	}
	if err := checkRecords(tree, leaves, reader); err != nil {
		return tree, err
	}
	return tree, checkGrowth(tree, reader)
}

// openCheckpoint verifies the signature (note.Open) and parses the three lines.
func openCheckpoint(dir string) (tree tlog.Tree, err error) {
	vkey, err := os.ReadFile(filepath.Join(dir, "vkey"))
	if err != nil {
		return tree, err
	}
	verifier, err := note.NewVerifier(strings.TrimSuffix(string(vkey), "\n"))
	if err != nil {
		return tree, fmt.Errorf("vkey: %w", err)
	}
	signed, err := os.ReadFile(filepath.Join(dir, "checkpoint"))
	if err != nil {
		return tree, err
	}
	n, err := note.Open(signed, note.VerifierList(verifier))
	if err != nil {
		return tree, fmt.Errorf("checkpoint: %w", err)
	}
	lines := strings.Split(n.Text, "\n")
	if len(lines) < 4 || lines[0] != verifier.Name() {
		return tree, fmt.Errorf("checkpoint: not one of %s", verifier.Name())
	}
	if tree.N, err = strconv.ParseInt(lines[1], 10, 64); err != nil {
		return tree, fmt.Errorf("checkpoint: size: %w", err)
	}
	root, err := base64.StdEncoding.DecodeString(lines[2])
	if err != nil || len(root) != tlog.HashSize {
		return tree, fmt.Errorf("checkpoint: the root is not a hash")
	}
	copy(tree.Hash[:], root)
	return tree, nil
}

// directory is a tlog.TileReader over tile/<L>/<N>, without the height that sumdb puts
// into its own paths.
type directory string

func (d directory) Height() int                     { return height }
func (d directory) SaveTiles([]tlog.Tile, [][]byte) {}

func (d directory) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	out := make([][]byte, len(tiles))
	for i, t := range tiles {
		data, err := os.ReadFile(filepath.Join(string(d), tilePath(t, strconv.Itoa(t.L))))
		if err != nil {
			return nil, err
		}
		out[i] = data
	}
	return out, nil
}

func tilePath(t tlog.Tile, level string) string {
	rest := strings.SplitN(t.Path(), "/", 4)[3] // tile/8/L/N -> N
	return "tile/" + level + "/" + rest
}

// entryHashes reads every entry bundle and hashes each entry as a record.
func entryHashes(dir string, size int64) ([]tlog.Hash, error) {
	var leaves []tlog.Hash
	for n := int64(0); n<<height < size; n++ {
		t := tlog.Tile{H: height, L: 0, N: n, W: 1 << height}
		if rest := size - n<<height; rest < int64(t.W) {
			t.W = int(rest)
		}
		path := tilePath(t, "entries")
		data, err := os.ReadFile(filepath.Join(dir, path))
		if err != nil {
			return nil, err
		}
		for i := 0; i < t.W; i++ {
			if len(data) < 2 || len(data)-2 < int(binary.BigEndian.Uint16(data)) {
				return nil, fmt.Errorf("%s: entry %d is cut", path, i)
			}
			end := 2 + int(binary.BigEndian.Uint16(data))
			leaves = append(leaves, tlog.RecordHash(data[2:end]))
			data = data[end:]
		}
		if len(data) != 0 {
			return nil, fmt.Errorf("%s: %d bytes too many", path, len(data))
		}
	}
	return leaves, nil
}

// checkTiles builds the tree from the entries alone and compares every hash of every tile.
func checkTiles(tree tlog.Tree, leaves []tlog.Hash, reader tlog.HashReader) error {
	var stored []tlog.Hash
	own := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		out := make([]tlog.Hash, len(indexes))
		for i, x := range indexes {
			out[i] = stored[x]
		}
		return out, nil
	})
	for i, leaf := range leaves {
		hashes, err := tlog.StoredHashesForRecordHash(int64(i), leaf, own)
		if err != nil {
			return err
		}
		stored = append(stored, hashes...)
	}
	for level := 0; tree.N>>level > 0; level += height {
		var indexes []int64
		for n := int64(0); n < tree.N>>level; n++ {
			indexes = append(indexes, tlog.StoredHashIndex(level, n))
		}
		read, err := reader.ReadHashes(indexes)
		if err != nil {
			return fmt.Errorf("tiles of level %d: %w", level/height, err)
		}
		for n, x := range indexes {
			if read[n] != stored[x] {
				return fmt.Errorf("tile level %d: hash %d is not that of the entries", level/height, n)
			}
		}
	}
	root, err := tlog.TreeHash(tree.N, own)
	if err == nil && root != tree.Hash {
		err = fmt.Errorf("the entries do not hash to the root")
	}
	return err
}

// samples are places where trees of tiles go wrong: ends, edges of tiles, the middle.
func samples(size int64) []int64 {
	var out []int64
	for _, n := range []int64{0, 1, 254, 255, 256, 257, size / 2, 65535, 65536, size - 1} {
		if n >= 0 && n < size {
			out = append(out, n)
		}
	}
	return out
}

func checkRecords(tree tlog.Tree, leaves []tlog.Hash, reader tlog.HashReader) error {
	for _, n := range samples(tree.N) {
		proof, err := tlog.ProveRecord(tree.N, n, reader)
		if err == nil {
			err = tlog.CheckRecord(proof, tree.N, tree.Hash, n, leaves[n])
		}
		if err != nil {
			return fmt.Errorf("inclusion of entry %d: %w", n, err)
		}
	}
	return nil
}

func checkGrowth(tree tlog.Tree, reader tlog.HashReader) error {
	for _, n := range samples(tree.N) {
		old := n + 1
		root, err := tlog.TreeHash(old, reader)
		if err != nil {
			return fmt.Errorf("root of %d: %w", old, err)
		}
		proof, err := tlog.ProveTree(tree.N, old, reader)
		if err == nil {
			err = tlog.CheckTree(proof, tree.N, tree.Hash, old, root)
		}
		if err != nil {
			return fmt.Errorf("consistency with %d: %w", old, err)
		}
	}
	return nil
}

func printPaths(dir string, tree tlog.Tree, indexes []string) error {
	reader := tlog.TileHashReader(tree, directory(dir))
	for _, index := range indexes {
		n, err := strconv.ParseInt(index, 10, 64)
		if err != nil {
			return err
		}
		inclusion, err := tlog.ProveRecord(tree.N, n, reader)
		if err != nil {
			return err
		}
		consistency, err := tlog.ProveTree(tree.N, n+1, reader)
		if err != nil {
			return err
		}
		fmt.Println("inclusion", n, []tlog.Hash(inclusion))
		fmt.Println("consistency", n+1, []tlog.Hash(consistency))
	}
	return nil
}
