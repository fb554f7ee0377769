"""What the tests of guides share: one call that writes a guide, and one that looks for what fits a text."""

import pytest

from core_db.guides import GuideDraft, fitting_guides, keep_guide


@pytest.fixture
def write(given):
    """`write(by, at, "办居住证", "租房的来办")`: a guide of that place."""

    def written(by, at, title="办理居住证", about="不是本市户口，住满半年可以办。", **more):
        return given.do(keep_guide, GuideDraft(place_id=at.id, title=title, about=about, **more), by=by)

    return written


@pytest.fixture
def fitting(given):
    """The titles and places of the guides that fit a text."""
    return lambda text, by, **where: [
        (one.title, one.place_name) for one in given.see(fitting_guides, text, by=by, **where)
    ]
