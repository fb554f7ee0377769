"""Settings are read once, from the environment or a file, and a missing secret stops the start."""

import stat
from contextlib import nullcontext

import pytest

from core_db.foundation.database import UnsafeSqlite, open_engines
from core_db.foundation.house_keys import SecretKeyMissing, SecretKeyTooShort, house_keys_of
from core_db.foundation.settings import Settings


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def test_without_anything_it_is_the_embedded_database():
    settings = Settings()

    assert settings.is_embedded
    assert str(settings.sqlite_path) == "var/shequyun.db"
    assert not settings.demo


def test_the_environment_goes_before_the_file(tmp_path, monkeypatch):
    (tmp_path / "shequyun.toml").write_text('district = "310113"\ncomputing = 8\n')
    monkeypatch.setenv("SHEQUYUN_COMPUTING", "2")

    settings = Settings()

    assert settings.district == "310113"
    assert settings.computing == 2


def test_the_embedded_secret_is_made_once_and_read_by_its_owner_alone(tmp_path):
    first = house_keys_of(Settings(data_dir=tmp_path / "one")).newest.secret
    again = house_keys_of(Settings(data_dir=tmp_path / "one")).newest.secret
    other = house_keys_of(Settings(data_dir=tmp_path / "two")).newest.secret

    assert first == again != other
    assert len(first) == 64
    assert stat.S_IMODE((tmp_path / "one" / "secret.key").stat().st_mode) == 0o400


def test_elsewhere_the_secret_is_demanded():
    with pytest.raises(SecretKeyMissing, match="SHEQUYUN_SECRET_KEY"):
        house_keys_of(Settings(database_url="postgresql://somewhere/db"))


def test_a_secret_is_not_shown():
    settings = Settings(secret_key="do not show, whoever asks for it")

    assert "do not show" not in repr(settings)
    assert house_keys_of(settings).newest.secret == b"do not show, whoever asks for it"


@pytest.mark.parametrize(("version", "opens"), [((3, 51, 2), False), ((3, 51, 3), True), ((3, 53, 0), True)])
def test_a_sqlite_that_can_spoil_its_own_log_is_not_opened(tmp_path, monkeypatch, version, opens):
    monkeypatch.setattr("core_db.foundation.database.pysqlite.sqlite_version_info", version)

    with nullcontext() if opens else pytest.raises(UnsafeSqlite, match=r"3\.51\.3"):
        open_engines(Settings()).dispose()

    assert (tmp_path / "var").exists() is opens


def test_a_key_that_could_be_guessed_starts_nothing(tmp_path):
    with pytest.raises(SecretKeyTooShort, match="32 characters"):
        house_keys_of(
            Settings(data_dir=tmp_path, secret_key="2:" + "long enough to be a key " * 2 + ";1:short")
        )
    file = tmp_path / "secret.key"
    file.write_text("1:short\n", encoding="utf-8")
    file.chmod(0o400)
    with pytest.raises(SecretKeyTooShort, match="32 characters"):
        house_keys_of(Settings(data_dir=tmp_path))
