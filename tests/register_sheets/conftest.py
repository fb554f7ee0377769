"""Tables that are handed in, read, applied and taken back, as a committee does."""

import csv
import io

import pytest

from core_db.register_sheets import (
    SheetDraft,
    apply_sheet,
    hand_in,
    rows_seen,
    sheet_seen,
    undo_sheet,
    work_on_sheets,
)


class Handing:
    """`hand` in a test: a table from the committee's side of the desk."""

    def __init__(self, given):
        self.given, self.worker = given, given.worker()

    def table(self, headings, *rows, name="名册.csv", **draft):
        """A CSV of these rows, handed in and read; its page."""
        text = io.StringIO()
        csv.writer(text).writerows([headings, *rows])
        return self.file(text.getvalue().encode("utf-8-sig"), name, **draft)

    def file(self, content, name="名册.xlsx", **draft):
        sheet = self.given.do(hand_in, SheetDraft(**draft), name, content, by=self.worker)
        return self.work(sheet.id)

    def applied(self, sheet_id):
        self.given.do(apply_sheet, sheet_id, by=self.worker)
        return self.work(sheet_id)

    def undone(self, sheet_id):
        self.given.do(undo_sheet, sheet_id, by=self.worker)
        return self.work(sheet_id)

    def work(self, sheet_id):
        work_on_sheets(self.given.door, {}, self.given.clock)
        return self.given.see(sheet_seen, sheet_id, by=self.worker)

    def rows(self, sheet_id, what):
        """All rows of a kind."""
        found, after = [], 0
        while page := self.given.see(rows_seen, sheet_id, what, after=after, by=self.worker):
            found += page
            after = page[-1].number
        return found


@pytest.fixture
def hand(given):
    return Handing(given)
