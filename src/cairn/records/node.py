"""A node is a folder: one small file says what it is, beside it lie the records and the index.

The file is read once, into a frozen object that is passed down. It holds no secret: a database password
belongs into the environment (``CAIRN_DATABASE``) or into PostgreSQL's own password file.
"""

from __future__ import annotations

import json
import os
import tomllib
import uuid
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import platformdirs

from cairn.errors import ConfigurationError
from cairn.records.sign_in_rules import DEFAULT, SignInRules, parse_rules

NODE_FILE = "node.toml"
NODE_FORMAT = 1
EMBEDDED_DATABASE = "sqlite"
GIB = 1024**3
STANDARD_UPLOAD_GIB = 100
"""A phone or two at once; whole disks are better named on the server than sent through a browser."""
STANDARD_FOLLOW_S = 30
"""Three to four minutes of film at 1080p, at the speed that was measured (``docs/method/video.md``), and
an hour or more of sound."""
MOST_FOLLOW_S = 3_600
_SECRET_OPTIONS = {"password", "sslpassword"}


@dataclass(frozen=True, slots=True)
class NodeConfig:
    """What one installation is.

    Attributes:
        folder: Where the node lies.
        identity: A random UUID that the node keeps for life.
        authority: The code of the authority that runs the node.
        database: ``sqlite``, or a ``postgresql://`` address.
        mail_server: Where e-mail is handed over, such as ``smtp+starttls://host:587``; empty for nowhere.
        mail_sender: The address that e-mail comes from.
        keeps_pictures: Whether what is registered is kept in the vault.
        sign_in: How people prove at the desk who they are.
        check_roots: Folders of this machine below which people at the desk may name what is to be checked.
        upload_bytes: How much people may send to the node at once, all of them together.
        model: The description of a learnt model that every check uses; ``None`` for no model.
        follow_s: Processor seconds for following one video or sound that comes with a call; 0 for none.
    """

    folder: Path
    identity: str
    authority: str
    database: str
    mail_server: str = ""
    mail_sender: str = ""
    keeps_pictures: bool = False
    sign_in: SignInRules = DEFAULT
    check_roots: tuple[Path, ...] = ()
    upload_bytes: int = STANDARD_UPLOAD_GIB * GIB
    model: Path | None = None
    follow_s: int = STANDARD_FOLLOW_S

    @property
    def uploads_folder(self) -> Path:
        """Where what people send to the node lies until it has been checked."""
        return self.folder / "uploads"

    @property
    def parcels_folder(self) -> Path:
        """Where the files of reports lie that programs send in pieces, until their report comes."""
        return self.folder / "parcels"

    @property
    def exports_folder(self) -> Path:
        """Where exports that were asked for at the desk lie until they are forgotten."""
        return self.folder / "exports"

    @property
    def index_folder(self) -> Path:
        """Where the fingerprint index lies; deleting it loses only time."""
        return self.folder / "index"

    @property
    def lists_folder(self) -> Path:
        """Where the indexes of hash lists lie; deleting it loses only time."""
        return self.folder / "lists"

    @property
    def fetched_folder(self) -> Path:
        """Where what was fetched from services of others lies; deleting it loses only time."""
        return self.folder / "fetched"

    @property
    def features_folder(self) -> Path:
        """Where the index of local features lies; deleting it loses only time."""
        return self.folder / "features"

    @property
    def sounds_folder(self) -> Path:
        """Where the index of sounds lies; deleting it loses only time."""
        return self.folder / "sounds"

    @property
    def learnt_folder(self) -> Path:
        """Where the indexes of learnt vectors lie; deleting it loses only time."""
        return self.folder / "learnt"

    @property
    def vault_folder(self) -> Path:
        """Where pictures are kept encrypted, where that is turned on."""
        return self.folder / "vault"

    @property
    def sqlite_file(self) -> Path:
        """Where the embedded database lies."""
        return self.folder / "records.sqlite3"


def default_folder() -> Path:
    """Answer ``CAIRN_NODE`` from the environment, else the platform's folder for application data."""
    chosen = os.environ.get("CAIRN_NODE")
    return Path(chosen) if chosen else platformdirs.user_data_path("cairn")


def new_config(folder: Path, *, authority: str, database: str) -> NodeConfig:
    """Answer what a new node in ``folder`` would be; nothing is written yet.

    Raises:
        ConfigurationError: The folder is a node already (``node.exists``) or cannot be made.
    """
    if (folder / NODE_FILE).exists():
        raise ConfigurationError(f"{folder} is a node already.", code="node.exists")
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise _unwritable(folder, error) from error
    return NodeConfig(folder.absolute(), str(uuid.uuid4()), authority, database)


def write_config(config: NodeConfig) -> None:
    """Write the node's file, which makes the folder a node.

    Raises:
        ConfigurationError: The folder became a node meanwhile, or cannot be written.
    """
    lines = (
        f"format = {NODE_FORMAT}",
        f"identity = {json.dumps(config.identity)}",
        f"authority = {json.dumps(config.authority)}",
        f"database = {json.dumps(without_password(config.database))}",
    )
    try:
        with (config.folder / NODE_FILE).open("x", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")
    except FileExistsError:
        raise ConfigurationError(f"{config.folder} is a node already.", code="node.exists") from None
    except OSError as error:
        raise _unwritable(config.folder, error) from error


def read_config(folder: Path) -> NodeConfig:
    """Read what the node in ``folder`` is.

    Raises:
        ConfigurationError: There is no node (``node.missing``), its file is damaged (``node.damaged``), or
            a newer version of Cairn made it (``node.newer``).
    """
    try:
        values = tomllib.loads((folder / NODE_FILE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ConfigurationError(
            f"There is no node in {folder}. Make one with: cairn node init", code="node.missing"
        ) from None
    except OSError as error:
        raise ConfigurationError(
            f"{folder / NODE_FILE} cannot be read: {error.strerror}.", code="node.unreadable"
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        raise _damaged(folder) from None
    return _parse(folder, values)


def _parse(folder: Path, values: dict[str, object]) -> NodeConfig:
    made_as = values.get("format")
    if isinstance(made_as, int) and made_as > NODE_FORMAT:
        raise ConfigurationError(
            f"The node in {folder} was made by a newer version of Cairn (format {made_as}; this version "
            f"knows {NODE_FORMAT}). Use that version, or a newer one.",
            code="node.newer",
        )
    identity, authority, database = (values.get(key) for key in ("identity", "authority", "database"))
    if made_as != NODE_FORMAT or not (
        isinstance(identity, str) and isinstance(authority, str) and isinstance(database, str)
    ):
        raise _damaged(folder)
    mail = values.get("mail", {})
    mail = mail if isinstance(mail, dict) else {}
    server, sender = mail.get("server", ""), mail.get("sender", "")
    if not isinstance(server, str) or not isinstance(sender, str):
        raise _damaged(folder)
    vault = values.get("vault", {})
    keeps = vault.get("keep_pictures", False) if isinstance(vault, dict) else None
    if not isinstance(keeps, bool):
        raise _damaged(folder)
    rules = parse_rules(values)
    if rules is None:
        raise _damaged(folder)
    chosen = os.environ.get("CAIRN_DATABASE", database)
    roots, upload_bytes = _desk(folder, values.get("desk", {}))
    return NodeConfig(
        folder.absolute(),
        identity,
        authority,
        chosen,
        server,
        sender,
        keeps,
        rules,
        check_roots=roots,
        upload_bytes=upload_bytes,
        model=_model(folder, values.get("learnt", {})),
        follow_s=_follow_s(folder, values.get("api", {})),
    )


def _desk(folder: Path, values: object) -> tuple[tuple[Path, ...], int]:
    """Answer below which folders the desk may check, and how much may be sent to it."""
    said = values if isinstance(values, dict) else None
    roots = [] if said is None else said.get("check_roots", [])
    most = None if said is None else said.get("upload_gib", STANDARD_UPLOAD_GIB)
    if type(most) is not int or most < 0 or not isinstance(roots, list):
        raise _damaged(folder)
    if not all(isinstance(each, str) and Path(each).is_absolute() for each in roots):
        raise _damaged(folder)
    return tuple(map(Path, roots)), most * GIB


def _follow_s(folder: Path, values: object) -> int:
    """Answer how long the files of calls are followed, in processor seconds."""
    most = values.get("follow_s", STANDARD_FOLLOW_S) if isinstance(values, dict) else None
    if type(most) is not int or not 0 <= most <= MOST_FOLLOW_S:
        raise _damaged(folder)
    return most


def _model(folder: Path, values: object) -> Path | None:
    """Answer where a learnt model is described, where one is to be used; a relative path is the node's."""
    named = values.get("model", "") if isinstance(values, dict) else None
    if not isinstance(named, str):
        raise _damaged(folder)
    return folder.absolute() / named if named else None


def _damaged(folder: Path) -> ConfigurationError:
    return ConfigurationError(
        f"{folder / NODE_FILE} is empty or damaged. The records beside it are untouched: put the file back "
        "from a backup, or write it again by hand (see 'The node file' in the documentation).",
        code="node.damaged",
    )


def without_password(database: str) -> str:
    """Answer a database's address without the password, which has no place in a file."""
    address = urlsplit(database)
    options = parse_qsl(address.query, keep_blank_values=True)
    kept = [(name, value) for name, value in options if name not in _SECRET_OPTIONS]
    if len(kept) < len(options):
        database = urlunsplit(address._replace(query=urlencode(kept)))
    if address.password is None:
        return database
    return database.replace(f":{address.password}@", "@", 1)


def _unwritable(folder: Path, error: OSError) -> ConfigurationError:
    return ConfigurationError(f"No node can be made in {folder}: {error.strerror}.", code="node.unwritable")
