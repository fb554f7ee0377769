"""Acting for a child: how an address says for which."""

from typing import Annotated

from fastapi import Query

#: The child it is about, where one acts for one.
Child = Annotated[str | None, Query(max_length=40)]
