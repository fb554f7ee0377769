"""`shequyun backup --to-key`: whoever carries the copy away reads nothing, and whoever alters it is found out."""

import gzip
import io
import os
import stat
import tarfile
from urllib.parse import urlsplit

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from core_db.foundation.sealed_file import PIECE
from core_db.upkeep import CopyTrouble, back_up, copies, restore, sealed_copies
from core_db.upkeep.sealed_copies import SIGN, Unsealed, sealing
from tests.databases import named, own_programs

TAG = 16
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
WORDS = "谁也不该在盘上读到这一句"
HEAD = len(SIGN) + sealed_copies.FOR_WHOM + sealed_copies.HALF


def written(key, folder, name, lock=None):
    """The two files of a key."""
    private, public = folder / f"{name}.key", folder / f"{name}.pub"
    private.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, lock or NoEncryption()))
    public.write_bytes(key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    return private, public


@pytest.fixture
def folder(tmp_path):
    there = tmp_path / "copies"
    there.mkdir()
    return there


@pytest.fixture
def keys(tmp_path):
    """The private and the public key of whoever keeps the copies."""
    return written(X25519PrivateKey.generate(), tmp_path, "keeper")


@pytest.fixture
def elsewhere(settings, tmp_path, request):
    """An empty place where a copy may be put back."""
    there = settings.model_copy(update={"data_dir": tmp_path / "new"})
    if settings.is_embedded:
        yield there.model_copy(update={"database_url": f"sqlite:///{tmp_path}/new/there.db"})
        return
    server = request.getfixturevalue("_postgres")
    with server.empty(tmp_path) as url:
        owner = named(server.address, urlsplit(url).path.removeprefix("/"))
        yield there.model_copy(update={"database_url": url, "database_owner_url": owner})


@pytest.fixture
def settings_of_the_owner(settings, monkeypatch, request):
    if settings.is_embedded:
        return settings
    monkeypatch.setenv("PATH", f"{own_programs()}{os.pathsep}{os.environ['PATH']}")
    return settings.model_copy(update={"database_owner_url": request.getfixturevalue("owner_url")})


@pytest.mark.parametrize("name", ["copy.tar", "copy.tar.gz.sealed"])
def test_nothing_of_it_can_be_read_and_the_private_key_puts_it_back(
    settings_of_the_owner, elsewhere, given, folder, keys, clock, name
):
    given.a_case(text=WORDS)
    private, public = keys
    photo = settings_of_the_owner.data_dir / "photos" / "00" / "one.jpg"
    photo.parent.mkdir(parents=True, exist_ok=True)
    photo.write_bytes(b"a photo")

    back_up(settings_of_the_owner, folder / name, to_key=public, clock=clock)

    raw = (folder / name).read_bytes()
    assert raw.startswith(SIGN)
    assert stat.S_IMODE((folder / name).stat().st_mode) == 0o600
    for readable in (WORDS.encode(), b"SQLite format", b"PGDMP", b"manifest.json", b"one.jpg", b"a photo"):
        assert readable not in raw
    assert not tarfile.is_tarfile(folder / name)
    assert restore(elsewhere, folder / name, key=private).cases == 1
    assert (elsewhere.data_dir / "photos" / "00" / "one.jpg").read_bytes() == b"a photo"


@ON_SQLITE
def test_the_database_is_never_readable_where_the_copy_lies(
    settings, given, folder, keys, clock, monkeypatch
):
    seen, dump = [], copies._dump

    def watched(its_settings, engines, where):
        seen.append(where)
        return dump(its_settings, engines, where)

    monkeypatch.setattr(copies, "_dump", watched)
    back_up(settings, folder / "copy.tar", to_key=keys[1], clock=clock)
    back_up(settings, folder / "plain.tar", clock=clock)

    sealed, plain = seen
    assert settings.sqlite_path.parent in sealed.parents
    assert folder not in sealed.parents
    assert folder in plain.parents


@ON_SQLITE
def test_where_the_setting_names_a_key_no_copy_is_left_open(settings, given, folder, keys, clock):
    always = settings.model_copy(update={"backup_key": keys[1]})

    back_up(always, folder / "copy.tar", clock=clock)

    assert sealed_copies.is_sealed(folder / "copy.tar")


def without(raw, piece):
    begins = HEAD + piece * (PIECE + TAG)
    return raw[:begins] + raw[begins + PIECE + TAG :]


def flipped(raw, at):
    return raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :]


def exchanged(raw):
    one, other = (slice(HEAD + n * (PIECE + TAG), HEAD + (n + 1) * (PIECE + TAG)) for n in (1, 2))
    return raw[: one.start] + raw[other] + raw[one] + raw[other.stop :]


ALTERED = {
    "a bit of the first piece": lambda raw: flipped(raw, HEAD),
    "a bit of the last tag": lambda raw: flipped(raw, len(raw) - 1),
    "the half of the key": lambda raw: flipped(raw, HEAD - 1),
    "an end that was cut off": lambda raw: raw[:-1],
    "the last piece gone": lambda raw: raw[: HEAD + (len(raw) - HEAD) // (PIECE + TAG) * (PIECE + TAG)],
    "a piece in the middle gone": lambda raw: without(raw, 1),
    "two pieces exchanged": exchanged,
    "something behind it": lambda raw: raw + b"more",
    "nothing behind the head": lambda raw: raw[:HEAD],
    "half a head": lambda raw: raw[: HEAD - 5],
}


@ON_SQLITE
@pytest.mark.parametrize("what", ALTERED)
def test_a_copy_that_was_altered_or_cut_is_refused_and_nothing_of_it_is_put_back(
    settings, elsewhere, given, folder, keys, clock, what
):
    private, public = keys
    (settings.data_dir / "photos").mkdir()
    (settings.data_dir / "photos" / "large.jpg").write_bytes(os.urandom(3 * PIECE))
    back_up(settings, folder / "copy.tar", to_key=public, clock=clock)
    raw = (folder / "copy.tar").read_bytes()
    assert (len(raw) - HEAD) // (PIECE + TAG) > 4
    (folder / "copy.tar").write_bytes(ALTERED[what](raw))

    with pytest.raises(CopyTrouble, match="altered or is not whole") as refused:
        restore(elsewhere, folder / "copy.tar", key=private)

    assert "被改动过" in refused.value.sentence("zh")
    assert not elsewhere.data_dir.exists()


@ON_SQLITE
def test_who_has_the_wrong_key_or_none_is_told_so(settings, elsewhere, given, folder, keys, clock, tmp_path):
    private, public = keys
    strangers, _ = written(X25519PrivateKey.generate(), tmp_path, "stranger")
    signing, for_signing = written(Ed25519PrivateKey.generate(), tmp_path, "signing")
    locked, _ = written(X25519PrivateKey.generate(), tmp_path, "locked", BestAvailableEncryption(b"word"))
    back_up(settings, folder / "copy.tar", to_key=public, clock=clock)
    back_up(settings, folder / "open.tar", clock=clock)

    for file, key, said in (
        ("copy.tar", None, "--key"),
        ("copy.tar", strangers, "sealed for another key"),
        ("copy.tar", public, "is no X25519 private key"),
        ("copy.tar", signing, "is no X25519 private key"),
        ("copy.tar", locked, "has a passphrase"),
        ("copy.tar", tmp_path / "nowhere", "there is no file"),
        ("open.tar", private, "is not sealed"),
    ):
        with pytest.raises(CopyTrouble, match=said):
            restore(elsewhere, folder / file, key=key)
    for key in (private, for_signing, tmp_path / "nowhere"):
        with pytest.raises(CopyTrouble):
            back_up(settings, folder / "none.tar", to_key=key, clock=clock)
    assert not (folder / "none.tar").exists()
    assert not elsewhere.data_dir.exists()


@ON_SQLITE
def test_a_public_key_whose_secret_everybody_knows_is_refused_in_a_sentence(
    settings, folder, tmp_path, clock, door
):
    weak = tmp_path / "weak.pub"
    nothing = X25519PublicKey.from_public_bytes(bytes(32))
    weak.write_bytes(nothing.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))

    with pytest.raises(CopyTrouble, match="seals nothing") as refused:
        back_up(settings, folder / "copy.tar", to_key=weak, clock=clock)

    assert "低阶点" in refused.value.sentence("zh")
    assert not list(folder.iterdir())


def sealed(key, *pieces):
    raw = io.BytesIO()
    with sealing(raw, key.public_key()) as out:
        for piece in pieces:
            out.write(piece)
    return raw.getvalue()


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE])
def test_whatever_its_length_everything_comes_back_in_its_order(size):
    key, said = X25519PrivateKey.generate(), os.urandom(size)
    raw = sealed(key, *(said[at : at + 100_003] for at in range(0, size, 100_003)))

    assert Unsealed(io.BytesIO(raw), key).read() == said


def test_no_two_copies_are_sealed_alike():
    key = X25519PrivateKey.generate()

    assert sealed(key, b"the same")[HEAD:] != sealed(key, b"the same")[HEAD:]


def test_the_command_seals_and_opens_with_files_of_keys(typed, monkeypatch, tmp_path):
    private, public = written(X25519PrivateKey.generate(), tmp_path, "keeper")
    typed("init", "--district", "310113")

    made = typed("backup", "copy.tar.gz", "--to-key", str(public))
    as_json = typed("backup", "again.tar.gz", "--to-key", str(public), "--json")
    monkeypatch.setenv("SHEQUYUN_DATA_DIR", "elsewhere")
    monkeypatch.setenv("SHEQUYUN_DATABASE_URL", "sqlite:///elsewhere/other.db")
    shut, opened = typed("restore", "copy.tar.gz"), typed("restore", "copy.tar.gz", "--key", str(private))

    assert made.status == opened.status == 0
    assert "整个封好" in made.err
    assert as_json.json["sealed"] is True
    assert shut.status == 1
    assert "--key" in shut.err
    with pytest.raises(gzip.BadGzipFile):
        gzip.decompress((tmp_path / "copy.tar.gz").read_bytes())
