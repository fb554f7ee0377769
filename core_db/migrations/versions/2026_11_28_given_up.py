"""An export whose asker had left was given up, and was refused by nobody."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "2026_11_28_given_up"
down_revision: Final = "2026_11_28_looks_by_month"
branch_labels = None
depends_on = None

EXPORTS = sa.table(
    "register_exports",
    *(sa.column(name, sa.String()) for name in ("status", "note", "decided_by", "decided_name")),
)
#: What stood there as the reason.
ASKER_GONE = "申请人已经不在居委会任职，没有生成。"


def upgrade() -> None:
    gone = (EXPORTS.c.status == "refused") & (EXPORTS.c.note == ASKER_GONE)
    op.execute(
        sa.update(EXPORTS).where(gone).values(status="given_up", note="", decided_by=None, decided_name="")
    )
