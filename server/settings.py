"""Every setting, read once. Environment variables start with FIFTHCALL_; command options win over them."""

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from core_psa.notices.sending import CEILINGS

ROOT = Path(__file__).parent.parent


class Settings(BaseSettings):
    """`data` holds everything a desk has or has learned; `models` holds exported encoders, shared by desks."""

    model_config = SettingsConfigDict(env_prefix="FIFTHCALL_")

    data: Path = Path("var/desk")
    database_url: str = Field(default="", description="empty: SQLite in the data folder")
    models: Path = ROOT / "models"
    encoder: str = Field(default="packaged", description="'packaged', 'hashing', or a folder of an exported encoder")
    encoder_threads: int = Field(default=1, description="threads for one encoding; the others serve requests")
    vector_index: Literal["faiss", "pgvector"] = Field(
        default="faiss", description="where solved tickets are searched; pgvector where several nodes share PostgreSQL"
    )
    host: str = "127.0.0.1"
    port: int = 8000
    public_url: str = Field(
        default="", description="where browsers find the desk, such as https://desk.example.com; empty: as they asked"
    )
    secure_cookies: bool = Field(
        default=False, description="set when served over https: cookies get the __Host- prefix"
    )
    secret_key: SecretStr = Field(
        default=SecretStr(""), description="what stored secrets are sealed with; empty: the key file's"
    )
    secret_key_file: Path | None = Field(default=None, description="empty: secret.key in the data folder")
    triage_batch: int = 16
    triage_lease_seconds: int = 120
    log_json: bool = False
    smtp_host: str = Field(default="", description="empty: mails stay in the outbox")
    smtp_port: int = 587
    smtp_security: Literal["starttls", "tls", "none"] = "starttls"
    smtp_user: str = ""
    smtp_password: SecretStr = SecretStr("")
    smtp_timeout_seconds: float = 30.0
    mail_from: str = Field(default="", description="the address mails come from, with or without a name")
    mail_expires_hours: int = Field(default=72, description="a mail that could not be sent for so long has failed")
    mail_ceilings: tuple[tuple[int, int], ...] = Field(
        default=CEILINGS.ticket, description="at most so many mails in so many minutes, to one person about one ticket"
    )
    mail_ceilings_person: tuple[tuple[int, int], ...] = Field(
        default=CEILINGS.person, description="the same, to one person about anything"
    )
    attachment_mb: int = Field(default=25, ge=1, le=60, description="the largest file that is taken, in MB")
    attachment_refused: str = Field(
        default="",
        description="endings of names that are not taken, apart by blanks; empty: those that run as programs",
    )

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
