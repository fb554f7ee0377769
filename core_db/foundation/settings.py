"""Settings: read once at the start from the environment or `shequyun.toml`, then passed on as values."""

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from core_db.foundation.ciphers import Sealing


class Settings(BaseSettings):
    """What an operator may set; each name with the prefix `SHEQUYUN_` in the environment."""

    model_config = SettingsConfigDict(env_prefix="SHEQUYUN_", toml_file="shequyun.toml", extra="ignore")

    #: `sqlite:///path` (embedded) or `postgresql://…` (a DSN with several hosts follows a failover).
    database_url: str = "sqlite:///var/shequyun.db"
    #: Who owns the tables on PostgreSQL and may alter them: for `init`, `upgrade`, copies and checks. Whoever
    #: serves (`database_url`) is another, whom the database holds to what he reaches.
    database_owner_url: str = ""
    #: On PostgreSQL serve as the owner or a superuser all the same, past every wall. For development alone.
    unguarded: bool = False
    #: Folder for photos, keys and whatever else is not in the database.
    data_dir: Path = Path("var")
    #: Seals fields, signs nothing else. Made once into `data_dir` for the embedded default, demanded elsewhere.
    secret_key: SecretStr | None = None
    #: The file of the keys, where it is neither `data_dir/secret.key` nor the environment (docker secrets, a token).
    secret_key_file: Path | None = None
    #: Whose public key copies are sealed for: a file in PEM. Empty: a copy can be read by whoever has it.
    backup_key: Path | None = None
    #: With which ciphers fields are sealed: `aes` (AES-256-GCM, SHA-256) or `sm` (SM4-GCM, SM3).
    sealing: Sealing = Sealing.AES
    resident_url: str = "http://127.0.0.1:8000"
    committee_url: str = "http://127.0.0.1:8001"
    #: Only then do the demo sign-ins exist.
    demo: bool = False
    #: District code whose list of places comes with the product and is brought in by `init`; empty brings none.
    district: str = ""
    #: The two letters with which numbers of cases begin; empty takes those of the district (宝山 BS, 浦东 PD).
    number_prefix: str = Field(default="", pattern=r"^([A-Z]{2})?$")
    #: The number under which the site is filed (备案号), shown on the page for feedback; empty shows none.
    filing_number: str = ""
    #: How many requests of a process compute at once, how many may wait, and how long (milliseconds).
    computing: int = 4
    waiting: int = 64
    waiting_ms: int = 250
    #: How many more compute at once that report something or act in an emergency: places nobody else takes.
    computing_for_reports: int = 2
    #: Operations that may wait for the writer; past that the answer is 503.
    write_queue: int = 64
    #: The rule book for signing in: `asvs` (OWASP) or `djbh` (等级保护); see `core_db.accounts.profiles`.
    auth_profile: Literal["asvs", "djbh"] = "asvs"
    #: Where sign-in codes go: `console`, `smtp://user:pw@host:port/?from=…` or `https://gateway/…`.
    sender_url: str = "console:"
    #: Networks inside the house that may be called (a mail relay, a gateway): `10.1.0.0/16, 10.9.9.9:2525`.
    egress_allowed: str = ""
    #: Sign-in codes a day for the whole district, and an hour from one address (a home or an operator's gate).
    codes_per_day: int = 20_000
    codes_per_address: int = 60
    #: Days for which a closed case may still be evaluated or reopened.
    evaluation_days: int = 15
    #: For what the platform itself puts an open case before the town, with spaces between them; empty: for nothing.
    escalates_on: str = Field(
        default="overdue unsatisfied", pattern=r"^((overdue|unsatisfied|same-place|emergency)( +|$))*$"
    )
    #: Largest photo taken, in bytes and in pixels.
    photo_bytes: int = 12_000_000
    photo_pixels: int = 50_000_000

    #: Who witnesses our record: the address of his committee's app, and his public key (`shequyun audit key`).
    witness_url: str = ""
    witness_key: str = ""
    #: Whose records we witness: their public keys, with spaces between them. Empty: nobody's.
    witness_for: str = ""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)

    @property
    def is_embedded(self) -> bool:
        return self.database_url.startswith("sqlite")

    @property
    def as_owner(self) -> "Settings":
        """The same installation for those who make and alter tables, or look at all of it."""
        if self.is_embedded or not self.database_owner_url:
            return self
        return self.model_copy(update={"database_url": self.database_owner_url})

    @property
    def sqlite_path(self) -> Path:
        return Path(self.database_url.removeprefix("sqlite:///"))
