"""What founding needs beside a node: the root key, the time, a charter file and its state.

These commands work on files and never need a running node: a charter travels from hand to
hand, and the root key lies where its party keeps it.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from toguna.core import acts
from toguna.core.book import Book
from toguna.core.catalogue import Catalogue
from toguna.core.charter import Charter
from toguna.core.tally import Proposal
from toguna.errors import BadInput, Unknown
from toguna.node import keyfiles, opening
from toguna.node.config import Config, read_config
from toguna.surfaces.options import read_bytes, read_passphrase, write_whole

ROOT_KEY = "root.key"


class House(NamedTuple):
    """A node's folder as founding sees it: whose it is, and what time it is there."""

    folder: Path
    config: Config
    catalogue: Catalogue
    now_us: int

    @property
    def party(self) -> str:
        """Whose node this is."""
        return self.config.party


def house(folder: Path, at_us: int | None = None) -> House:
    """The folder of a node, without opening its store. Refused: ``--at`` on a live node."""
    catalogue = opening.house_catalogue()
    config = read_config(folder, catalogue)
    if at_us is not None:
        opening.refuse_live(config)
    return House(folder, config, catalogue, opening.wall_clock() if at_us is None else at_us)


def root_seed(house: House, root_key: Path | None, passphrase_file: Path | None) -> bytes:
    """The seed of this party's root key, from its own file or from DIR/keys.

    Unknown says where it was looked for; BadInput when it is another party's.
    """
    path = root_key or house.folder / opening.KEYS / ROOT_KEY
    if not path.exists():
        raise Unknown(
            "the root key is not here", where=str(path), remedy="bring it, and give --root-key FILE"
        )
    party, seed = keyfiles.load_root(path, read_passphrase(passphrase_file))
    if party != house.party:
        raise BadInput(f"this root key is {party}'s, the node is {house.party}'s", where=str(path))
    return seed


# charter.json ----------------------------------------------------------------------------


class Draft(NamedTuple):
    """A charter file on its way: its parts, the version, and how it stands by itself."""

    path: Path
    file: acts.CharterFile
    hash: str
    version: Charter
    state: Proposal | None

    def words(self) -> str:
        """``pending, waiting ne`` and the like."""
        return self.state.describe() if self.state else "stands on a charter that is not here"


def read_draft(path: Path, now_us: int, book: Book | None = None) -> Draft:
    """Read charter.json and judge it, together with what ``book`` knows already.

    :raises BadInput: no charter file. :raises Unverified: a signature in it is wrong.
    """
    data = read_bytes(path, "the charter")
    file = acts.read_charter_file(data)
    trial = Book("", book.documents() if book else ())
    hash_ = trial.add_file(data, now_us)
    version = acts.parse_document(file.document).act
    if not isinstance(version, Charter):
        raise BadInput("this is no charter", where=str(path))
    return Draft(path, file, hash_, version, trial.standing(now_us).proposal(hash_))


def write_draft(
    path: Path,
    document: bytes,
    votes: tuple[bytes, ...] = (),
    before: tuple[bytes, ...] = (),
) -> None:
    """Write charter.json, whole or not at all."""
    write_whole(path, acts.write_charter_file(document, votes, before))
