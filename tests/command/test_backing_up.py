"""`shequyun backup` makes a whole copy or none, and `restore` puts one back though it was broken off before."""

import os
import sys
import tarfile
from urllib.parse import urlsplit, urlunsplit

import pytest

from core_db.upkeep import copies, lift_mark, mark_damaged
from tests.damage import broken
from tests.databases import named, own_programs

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
ON_POSTGRES = pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
#: Runs the program itself and writes down how it was called, as a list of what runs shows it.
WATCHED = """#!{python}
import os, sys
with open({log!r}, "a") as log:
    print(os.environ.get("PGPASSWORD"), *sys.argv, file=log)
os.execv({program!r}, sys.argv)
"""


@pytest.fixture
def folder(tmp_path):
    """Where copies go; nothing else lies there."""
    there = tmp_path / "copies"
    there.mkdir()
    return there


@ON_SQLITE
def test_a_damaged_file_is_not_copied_and_it_is_said_first(settings, given, folder, clock):
    given.a_case(text="灯坏了")
    mend = broken(settings.sqlite_path, "cases")
    with pytest.raises(copies.CopyTrouble, match="damaged") as refusal:
        copies.back_up(settings, folder / "copy.tar", clock=clock)
    assert "shequyun verify" in refusal.value.sentence("zh")
    assert list(folder.iterdir()) == []

    mend()
    assert copies.back_up(settings, folder / "copy.tar", clock=clock).cases == 1


@ON_SQLITE
def test_nor_is_one_that_was_found_damaged_at_night(settings, given, folder, clock):
    mark_damaged(settings, ["page 7"], clock=clock)
    with pytest.raises(copies.CopyTrouble, match="damaged"):
        copies.back_up(settings, folder / "copy.tar", clock=clock)
    lift_mark(settings)
    copies.back_up(settings, folder / "copy.tar", clock=clock)


@ON_SQLITE
def test_a_copy_that_could_not_be_finished_leaves_nothing_behind(settings, given, folder, clock, monkeypatch):
    def full(*_about):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(tarfile.TarFile, "add", full)
    with pytest.raises(OSError, match="No space"):
        copies.back_up(settings, folder / "copy.tar", clock=clock)

    assert list(folder.iterdir()) == []


@ON_SQLITE
def test_a_copy_stands_in_its_folder_though_the_power_goes_at_once(
    settings, given, folder, clock, monkeypatch
):
    flushed, fsync = [], os.fsync

    def seen(descriptor):
        flushed.append((os.fstat(descriptor).st_ino, [path.name for path in folder.glob("*.tar")]))
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", seen)
    copies.back_up(settings, folder / "copy.tar", clock=clock)

    assert flushed == [
        ((folder / "copy.tar").stat().st_ino, []),
        (folder.stat().st_ino, ["copy.tar"]),
    ]


@ON_SQLITE
@pytest.mark.parametrize("at", ["photos", "database"])
def test_a_restore_that_was_broken_off_can_be_begun_again(settings, given, folder, clock, at):
    case = given.a_case(text="灯坏了")
    kept = settings.data_dir / "photos" / "00" / "one.jpg"
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.write_bytes(b"a photo")
    copies.back_up(settings, folder / "copy.tar", clock=clock)
    new = settings.model_copy(
        update={"data_dir": folder / "new", "database_url": f"sqlite:///{folder}/new/there.db"}
    )

    def broken_off(what):
        if what == at:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        copies.restore(new, folder / "copy.tar", tell=broken_off)
    half = folder / "new" / "photos" / "00" / "one.jpg"
    half.parent.mkdir(parents=True, exist_ok=True)
    half.write_bytes(b"a ph")

    assert copies.restore(new, folder / "copy.tar").cases == 1
    found = sorted(path.name for path in (folder / "new").rglob("*") if path.is_file())
    assert found == ["one.jpg", "there.db"], case.id
    with pytest.raises(copies.CopyTrouble, match="holds photos"):
        copies.restore(new, folder / "copy.tar")


@ON_SQLITE
def test_where_somebody_worked_since_a_restore_broke_off_nothing_is_taken_away(
    settings, given, folder, clock
):
    copies.back_up(settings, folder / "copy.tar", clock=clock)
    new = settings.model_copy(
        update={"data_dir": folder / "new", "database_url": f"sqlite:///{folder}/lost.db"}
    )
    worked = [folder / "new" / "photos" / "a-year-of.jpg", folder / "new" / "x" / "elder-care.db"]
    for path in worked:
        path.parent.mkdir(parents=True)
        path.write_bytes(b"what came since")
    (folder / "new" / copies.BEGUN).touch()

    for file, said in (("no-such.tar", "no file"), ("copy.tar", "holds photos")):
        with pytest.raises(copies.CopyTrouble, match=said):
            copies.restore(new, folder / file)
    assert [path.read_bytes() for path in worked] == [b"what came since"] * 2


@ON_SQLITE
@pytest.mark.parametrize("begun", [False, True])
def test_the_programs_of_plugins_stay_where_a_copy_is_put_back_and_what_they_wrote_down_is_not_taken_away(
    settings, given, folder, clock, begun
):
    copies.back_up(settings, folder / "copy.tar", clock=clock)
    new = settings.model_copy(
        update={"data_dir": folder / "new", "database_url": f"sqlite:///{folder}/new/there.db"}
    )
    x = folder / "new" / "x"
    program, said, log = (
        x / "elder-care" / "site" / "plugin.toml",
        x / "stuck" / "a.txt",
        x / "elder-care.db-wal",
    )
    for path in (program, said, log):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"what lay there")
    if begun:
        (folder / "new" / copies.BEGUN).touch()

    # SQLite would play the log into the file that was put back.
    with pytest.raises(copies.CopyTrouble, match="holds data of plugins"):
        copies.restore(new, folder / "copy.tar")
    log.unlink()
    copies.restore(new, folder / "copy.tar")
    assert [path.read_bytes() for path in (program, said)] == [b"what lay there"] * 2


@ON_SQLITE
@pytest.mark.parametrize("end", ["-wal", "-shm", "-journal"])
def test_a_copy_is_not_put_beside_the_log_of_a_database_that_was_taken_away(
    settings, given, folder, clock, end
):
    copies.back_up(settings, folder / "copy.tar", clock=clock)
    new = settings.model_copy(
        update={"data_dir": folder / "new", "database_url": f"sqlite:///{folder}/new/there.db"}
    )
    log = folder / "new" / f"there.db{end}"
    log.parent.mkdir()
    log.write_bytes(b"what was written last")

    with pytest.raises(copies.CopyTrouble) as refused:
        copies.restore(new, folder / "copy.tar")

    assert str(log) in str(refused.value)
    assert [one.name for one in log.parent.iterdir()] == [log.name]
    log.unlink()
    copies.restore(new, folder / "copy.tar")


@ON_POSTGRES
def test_the_owners_password_stands_in_no_list_of_what_runs(
    settings, request, folder, clock, monkeypatch, owner_url
):
    log = folder / "called"
    for program in ("pg_dump", "pg_restore"):
        path = folder / program
        path.write_text(
            WATCHED.format(python=sys.executable, log=str(log), program=f"{own_programs()}/{program}")
        )
        path.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    owners = with_password(owner_url)
    secret = urlsplit(owners).password

    copies.back_up(
        settings.model_copy(update={"database_owner_url": owners}), folder / "copy.tar", clock=clock
    )
    server = request.getfixturevalue("_postgres")
    with server.empty(folder) as url:
        there = named(owners, urlsplit(url).path.removeprefix("/"))
        update = {"data_dir": folder / "new", "database_url": url, "database_owner_url": there}
        copies.restore(settings.model_copy(update=update), folder / "copy.tar")

    called = log.read_text().splitlines()
    assert [line.split()[0] for line in called] == [secret, secret]
    assert not [line for line in called if secret in line.partition(" ")[2]]


def with_password(address: str) -> str:
    """The tests' own server asks its owner for none and lets him give one."""
    parts = urlsplit(address)
    if parts.password:
        return address
    return urlunsplit(
        parts._replace(netloc=f"{parts.username}:not-in-any-list@{parts.netloc.rpartition('@')[2]}")
    )
