"""Settings: read once at the start from the environment or `shequyun.toml`, then passed on as values."""

import secrets
from functools import lru_cache
from pathlib import Path

from pydantic import SecretStr
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)


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
    resident_url: str = "http://127.0.0.1:8000"
    committee_url: str = "http://127.0.0.1:8001"
    #: Only then do the demo sign-ins exist.
    demo: bool = False
    #: District code whose instance this is; empty until `init` or an import of places sets it.
    district: str = ""
    #: The number under which the site is filed (备案号), shown on the page for feedback; empty shows none.
    filing_number: str = ""
    #: How many requests of a process compute at once, how many may wait, and how long (milliseconds).
    computing: int = 4
    waiting: int = 64
    waiting_ms: int = 250
    #: Operations that may wait for the writer; past that the answer is 503.
    write_queue: int = 64
    #: Where sign-in codes go: `console`, `smtp://user:pw@host:port/?from=…` or `https://gateway/…`.
    sender_url: str = "console:"
    #: Sign-in codes a day for the whole district, and an hour from one address (a home or an operator's gate).
    codes_per_day: int = 20_000
    codes_per_address: int = 60
    #: Days for which a closed case may still be evaluated or reopened.
    evaluation_days: int = 15
    #: Largest photo taken, in bytes and in pixels.
    photo_bytes: int = 12_000_000
    photo_pixels: int = 50_000_000

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


class SecretKeyMissing(RuntimeError):
    """SHEQUYUN_SECRET_KEY is demanded when the database is not the embedded one."""


@lru_cache(maxsize=8)
def _key_in(folder: Path) -> bytes:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "secret.key"
    if not path.exists():
        # Created exclusively and with its final rights, so that two starting processes agree on one key.
        try:
            with open(path, "x", opener=_private, encoding="ascii") as file:
                file.write(secrets.token_hex(32))
        except FileExistsError:
            pass
    return path.read_text(encoding="ascii").strip().encode()


def _private(path: str, flags: int) -> int:
    import os

    return os.open(path, flags, 0o400)


def secret_of(settings: Settings) -> bytes:
    """The installation's secret; made once beside an embedded database, demanded from the operator elsewhere."""
    if settings.secret_key is not None:
        return settings.secret_key.get_secret_value().encode()
    if settings.is_embedded:
        return _key_in(settings.data_dir)
    raise SecretKeyMissing("Set SHEQUYUN_SECRET_KEY: it is demanded for a PostgreSQL database.")
