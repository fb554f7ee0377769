"""What tests read of a page: the fields of a form, the facts of a case, its row in a list."""

import re

from core_db.cases import case_file


def form_of(html, verb):
    """The hidden fields of a verb's form, as a browser would send them back."""
    found = re.search(rf'<details[^>]*id="do-{verb}".*?</details>', html, re.S)
    assert found is not None, f"no form for {verb}"
    return dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', found.group()))


def facts_of(html):
    """The pairs of the list of facts."""
    return dict(re.findall(r"<dt>([^<]*)</dt><dd>([^<]*)</dd>", html))


def row_of(html, case_id):
    """The row of a case in a list."""
    return re.search(rf'<li class="item" id="case-{case_id}".*?</li>', html, re.S).group()


def version_of(given, case_id, by):
    return given.see(case_file, case_id, by=by).case.version
