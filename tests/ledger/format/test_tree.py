"""The tree is that of RFC 6962, however it grew and wherever its hashes are read from."""

from collections.abc import Callable
import hashlib
from itertools import pairwise

from hypothesis import given, strategies as st
import pytest

from custom_components.message_guard.ledger.format.tree import (
    EMPTY_ROOT,
    TILE_WIDTH,
    Frontier,
    TileReader,
    Tiles,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    tree_root,
    verify_consistency,
    verify_inclusion,
)

LEAVES = [
    bytes.fromhex(each)
    for each in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
"""The leaves of the test vectors of Certificate Transparency's reference implementation."""

ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
"""The roots of the trees of its first one, two … eight leaves."""

SIZES = st.integers(1, 1100)


def naive_root(leaves: list[bytes]) -> bytes:
    """Return the root as RFC 6962, 2.1, defines it."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    both = naive_root(leaves[:split]) + naive_root(leaves[split:])
    return hashlib.sha256(b"\x01" + both).digest()


def naive_inclusion(index: int, leaves: list[bytes]) -> list[bytes]:
    """Return the path of a leaf as RFC 6962, 2.1.1, defines it."""
    if len(leaves) == 1:
        return []
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    if index < split:
        return [*naive_inclusion(index, leaves[:split]), naive_root(leaves[split:])]
    return [*naive_inclusion(index - split, leaves[split:]), naive_root(leaves[:split])]


def naive_consistency(old: int, leaves: list[bytes], *, known: bool = True) -> list[bytes]:
    """Return the proof as RFC 6962, 2.1.2, defines it."""
    if old == len(leaves):
        return [] if known else [naive_root(leaves)]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    if old <= split:
        return [*naive_consistency(old, leaves[:split], known=known), naive_root(leaves[split:])]
    rest = naive_consistency(old - split, leaves[split:], known=False)
    return [*rest, naive_root(leaves[:split])]


def leaves_of(size: int) -> list[bytes]:
    """Return the leaf hashes of so many entries."""
    return [leaf_hash(str(number).encode()) for number in range(size)]


ALL = leaves_of(1100)


def grown(leaves: list[bytes], cuts: list[int]) -> tuple[Frontier, Tiles]:
    """Return the tree of these leaves, appended in pieces, and its tiles."""
    frontier, tiles = Frontier(), Tiles()
    places = [0, *sorted(min(cut, len(leaves)) for cut in cuts), len(leaves)]
    for begin, end in pairwise(places):
        frontier.extend(leaves[begin:end], tiles.see)
    return frontier, tiles


def reader(tiles: Tiles) -> TileReader:
    """Return what reads from gathered tiles."""
    there = {(level, number): raw for level, number, raw in (*tiles.complete, *tiles.partial())}
    return lambda level, number, width: there[level, number][: 32 * width]


READ = reader(grown(ALL, [])[1])


def test_the_known_vectors() -> None:
    """Roots, an inclusion and a consistency proof of the reference implementation."""
    hashes = [leaf_hash(each) for each in LEAVES]
    assert Frontier().root() == EMPTY_ROOT == hashlib.sha256().digest()
    for size, root in enumerate(ROOTS, 1):
        frontier, tiles = grown(hashes[:size], list(range(size)))
        assert frontier.root().hex() == tree_root(reader(tiles), size).hex() == root
    read = reader(grown(hashes, [])[1])
    assert [each.hex() for each in inclusion_proof(read, 0, 8)] == [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ]
    assert [each.hex() for each in consistency_proof(read, 6, 8)] == [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]


@given(SIZES, st.lists(st.integers(0, 1100), max_size=6))
def test_a_tree_is_the_same_however_it_grew(size: int, cuts: list[int]) -> None:
    """Root and tiles do not depend on how many leaves came at a time."""
    frontier, tiles = grown(ALL[:size], cuts)
    assert frontier.size == size
    assert frontier.root() == naive_root(ALL[:size]) == tree_root(reader(tiles), size)
    _, whole = grown(ALL[:size], [])
    assert sorted(tiles.complete) == sorted(whole.complete)
    assert list(tiles.partial()) == list(whole.partial())
    for level, number, raw in tiles.complete:
        wide = TILE_WIDTH**level
        begin = number * wide * TILE_WIDTH
        assert raw[:32] == naive_root(ALL[begin : begin + wide])
        assert len(raw) == TILE_WIDTH * 32


@given(SIZES, st.integers(0, 600))
def test_a_tree_goes_on_from_its_last_tiles(size: int, more: int) -> None:
    """What is in the tiles that are not whole yet is enough to go on."""
    _, tiles = grown(ALL[:size], [])
    resumed, going_on = Frontier.resume(size, tiles.edge), Tiles(size, tiles.edge)
    assert resumed.root() == naive_root(ALL[:size])
    resumed.extend(ALL[size : size + more], going_on.see)
    expected, whole = grown(ALL[: size + more], [])
    assert resumed.root() == expected.root()
    assert sorted([*tiles.complete, *going_on.complete]) == sorted(whole.complete)
    assert list(going_on.partial()) == list(whole.partial())


def test_tiles_of_another_tree() -> None:
    """A tree does not go on from tiles that are not its last ones."""
    edge = grown(ALL[:700], [])[1].edge
    assert Frontier.resume(700, edge).root() == naive_root(ALL[:700])
    for size, wrong in ((701, edge), (700, edge[:1]), (700, [*edge, [bytes(32)]]), (1, [])):
        with pytest.raises(ValueError, match="has"):
            Frontier.resume(size, wrong)
    assert Frontier.resume(0, []).root() == EMPTY_ROOT


@given(st.data())
def test_inclusion(data: st.DataObject) -> None:
    """Proofs are those of the RFC, are accepted, and prove nothing else."""
    size = data.draw(SIZES)
    index = data.draw(st.integers(0, size - 1))
    root, proof = naive_root(ALL[:size]), inclusion_proof(READ, index, size)
    assert proof == naive_inclusion(index, ALL[:size])
    assert verify_inclusion(ALL[index], index, size, proof, root)
    assert not verify_inclusion(leaf_hash(b"another"), index, size, proof, root)
    assert not verify_inclusion(ALL[index], index, size, proof, bytes(32))
    assert not verify_inclusion(ALL[index], size, size, proof, root)
    assert not verify_inclusion(ALL[index], -1, size, proof, root)
    other = data.draw(st.integers(0, size - 1))
    assert other == index or not verify_inclusion(ALL[index], other, size, proof, root)
    refused(data, proof, lambda wrong: verify_inclusion(ALL[index], index, size, wrong, root))


@given(st.data())
def test_consistency(data: st.DataObject) -> None:
    """Proofs are those of the RFC, are accepted, and prove nothing else."""
    size = data.draw(SIZES)
    old = data.draw(st.integers(1, size))
    before, after = naive_root(ALL[:old]), naive_root(ALL[:size])
    proof = consistency_proof(READ, old, size)
    assert proof == naive_consistency(old, ALL[:size])
    assert verify_consistency(old, size, proof, before, after)
    assert not verify_consistency(old, size, proof, bytes(32), after)
    assert not verify_consistency(old, size, proof, before, bytes(32))
    assert not verify_consistency(size + 1, size, proof, before, after)
    refused(data, proof, lambda wrong: verify_consistency(old, size, wrong, before, after))


def refused(data: st.DataObject, proof: list[bytes], holds: Callable[[list[bytes]], bool]) -> None:
    """Check that a proof with any hash changed, missing or added proves nothing."""
    assert not holds([*proof, bytes(32)])
    if proof:
        place = data.draw(st.integers(0, len(proof) - 1))
        assert not holds(proof[:place] + proof[place + 1 :])
        assert not holds([*proof[:place], node_hash(proof[place], b""), *proof[place + 1 :]])


def test_what_has_no_proof() -> None:
    """Leaves that are not there, trees that did not grow; the empty tree is the beginning of every other."""
    assert tree_root(READ, 0) == EMPTY_ROOT
    for index, size in ((0, 0), (5, 5), (-1, 5)):
        with pytest.raises(ValueError, match="no leaf"):
            inclusion_proof(READ, index, size)
    with pytest.raises(ValueError, match="does not begin"):
        consistency_proof(READ, 6, 5)
    root = naive_root(ALL[:5])
    assert consistency_proof(READ, 0, 5) == consistency_proof(READ, 5, 5) == []
    assert verify_consistency(0, 5, [], EMPTY_ROOT, root)
    assert not verify_consistency(0, 5, [], root, root)
    assert not verify_consistency(0, 5, [root], EMPTY_ROOT, root)
    assert not verify_consistency(3, 5, [], root, root)


def test_a_tile_that_is_too_short() -> None:
    """It is told of, and no proof is made of it."""
    with pytest.raises(ValueError, match="does not hold"):
        inclusion_proof(lambda level, number, width: READ(level, number, width)[:-1], 3, 900)
