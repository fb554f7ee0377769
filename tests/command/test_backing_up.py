"""`shequyun backup` makes a whole copy or none: a damaged file is refused before anything is written."""

import tarfile

import pytest

from core_db.upkeep import copies, lift_mark, mark_damaged
from tests.damage import broken

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


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
