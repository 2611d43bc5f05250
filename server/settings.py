"""Every setting, read once. Environment variables start with FIFTHCALL_; command options win over them."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

import msgspec
from msgspec import Meta

from core_psa.errors import FieldError, Invalid
from core_psa.notices.sending import CEILINGS

ROOT = Path(__file__).parent.parent
_PREFIX = "FIFTHCALL_"
_STORES = ("sqlite:///", "postgresql://", "postgresql+psycopg://")

Ceilings = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Secret:
    """Text that is shown nowhere, not even in an error."""

    text: str = field(default="", repr=False)


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """`data` holds everything a desk has or has learned; `models` holds exported encoders, shared by desks.

    `read_settings` reads them; a command like `keys list` must not wait for a larger library to do that.
    """

    data: Path = Path("var/desk")
    database_url: str = ""  # empty: SQLite in the data folder
    models: Path = ROOT / "models"
    encoder: str = "packaged"  # or 'hashing', or a folder of an exported encoder
    encoder_threads: Annotated[int, Meta(ge=1)] = 1  # for one encoding; the others serve requests
    # Where solved tickets are searched; pgvector where several nodes share PostgreSQL.
    vector_index: Literal["faiss", "pgvector"] = "faiss"
    host: str = "127.0.0.1"
    port: Annotated[int, Meta(ge=0, le=65_535)] = 8000
    public_url: str = ""  # where browsers find the desk, such as https://desk.example.com; empty: as they asked
    secure_cookies: bool = False  # set when served over https: cookies get the __Host- prefix
    secret_key: Secret = Secret()  # what stored secrets are sealed with; empty: the key file's
    secret_key_file: Path | None = None  # none: secret.key in the data folder
    triage_batch: Annotated[int, Meta(ge=1)] = 8
    triage_lease_seconds: Annotated[int, Meta(ge=1)] = 120
    log_json: bool = False
    smtp_host: str = ""  # empty: mails stay in the outbox
    smtp_port: Annotated[int, Meta(ge=1, le=65_535)] = 587
    smtp_security: Literal["starttls", "tls", "none"] = "starttls"
    smtp_user: str = ""
    smtp_password: Secret = Secret()
    smtp_timeout_seconds: Annotated[float, Meta(gt=0)] = 30.0
    mail_from: str = ""  # the address mails come from, with or without a name
    mail_expires_hours: Annotated[int, Meta(ge=1)] = 72  # a mail that could not be sent for so long has failed
    # At most so many mails in so many minutes, to one person about one ticket, and about anything.
    mail_ceilings: Ceilings = CEILINGS.ticket
    mail_ceilings_person: Ceilings = CEILINGS.person
    attachment_mb: Annotated[int, Meta(ge=1, le=60)] = 25  # the largest file that is taken, in MB
    # Endings of names that are not taken, apart by blanks; empty: those that run as programs.
    attachment_refused: str = ""

    @property
    def store_url(self) -> str:
        return self.database_url or f"sqlite:///{self.data.absolute() / 'store.db'}"

    @property
    def sqlite_file(self) -> Path | None:
        """Where the store stands; None on PostgreSQL."""
        address = self.store_url
        return Path(address.partition(":///")[2]) if address.startswith("sqlite") else None

    @property
    def learned_file(self) -> Path:
        return self.data / "models" / "learned.json"

    @property
    def files_folder(self) -> Path:
        """Contents of attachments, each under its sha256."""
        return self.data / "files"

    @property
    def key_file(self) -> Path:
        return self.secret_key_file or self.data / "secret.key"

    @property
    def worker_lock(self) -> Path:
        return self.data / "worker.lock"


def read_settings(data: Path | None = None, environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings in the environment, with this data folder where one was given. Raises Invalid, naming the variable and
    never its value."""
    hints = get_type_hints(Settings, include_extras=True)
    written = {name: environment[_variable(name)] for name in hints if _variable(name) in environment}
    read = {name: _read(name, text, hints[name]) for name, text in written.items()}
    return Settings(**(read if data is None else read | {"data": data}))


def as_environment(settings: Settings) -> dict[str, str]:
    """What `read_settings` reads these settings from."""
    values = {_variable(name): getattr(settings, name) for name in Settings.__struct_fields__}
    return {name: _written(value) for name, value in values.items()}


def _variable(name: str) -> str:
    return f"{_PREFIX}{name.upper()}"


def _read(name: str, text: str, kind: Any) -> Any:
    if kind in (Path, Path | None):
        return Path(text) if text or kind is Path else None
    if kind is Secret:
        return Secret(text)
    if name == "database_url" and text and not text.startswith(_STORES):
        raise Invalid(FieldError(_variable(name), "does not begin as the address of a store does", _STORES))
    try:
        if kind == Ceilings:
            return msgspec.json.decode(text, type=kind)
        return msgspec.convert(text, kind, strict=False)
    except msgspec.MsgspecError as error:
        allowed = get_args(kind) if get_origin(kind) is Literal else ()
        message = "is none of what is allowed" if allowed else str(error).lower()
        raise Invalid(FieldError(_variable(name), message, allowed)) from None


def _written(value: Any) -> str:
    if value is None or isinstance(value, Secret):
        return "" if value is None else value.text
    return msgspec.json.encode(value).decode() if isinstance(value, tuple) else str(value)
