"""Words that say whose they are, and who is entitled to read them.

Every string of the world is or holds `CN{community}R{resident}F{kind}`. Telephones and identity numbers have a form
of their own, so they are registered beside it. Communities: 1 here, 2 next door, 3 in the other town, 4 in the other
district; 0 and 9 are what stands above them. Residents from 90 on are staff; 00 is nobody: places and organisations.

Who may read what is written down here by hand and knows nothing of the policy: it is what trust promises.
"""

import re
from collections import defaultdict
from collections.abc import Mapping

from tests.security.packed import opened

#: Of a place and a resident nobody: names on signs. Of a resident: what he is, has and said.
TOKEN = re.compile(r"CN\dR\d\dF[a-z]+")
#: What is sealed: it leaves the server only with an access event.
SEALED = re.compile(
    r"CN\dR\d\dF(?:phone|idno|contact|visit|need|tag|birth|former|native|workplace|hukou|title|legal|reached|firmphone"
    r"|groupphone|childbirth|secret|illness|suffered|filled)"
)

#: How much of a form that was registered is looked for first.
ALIKE = 8


def token(community: int, resident: int, kind: str) -> str:
    return f"CN{community}R{resident:02}F{kind}"


class Canaries:
    """Finds tokens in whatever leaves the server, and what was registered in a form of its own."""

    def __init__(self) -> None:
        #: By how they begin, for most answers hold none and many begin alike.
        self._forms: dict[bytes, dict[bytes, str]] = defaultdict(dict)

    def register(self, form: str | bytes, token: str) -> None:
        said = form.encode() if isinstance(form, str) else form
        self._forms[said[:ALIKE]][said] = token

    def found_in(self, data: bytes) -> frozenset[str]:
        """Every canary that can be read in it, as text or as bytes of a picture, also where it is packed."""
        return frozenset().union(*map(self._read_in, opened(data)))

    def _read_in(self, data: bytes) -> set[str]:
        begun = [forms for beginning, forms in self._forms.items() if beginning in data]
        registered = {token for forms in begun for form, token in forms.items() if form in data}
        return registered.union(TOKEN.findall(data.decode("utf-8", "ignore")))


def _around(communities: str) -> str:
    """What people of a neighbourhood show each other, and the signs and doors among which everybody finds his home."""
    return rf"CN\dR00F(place|door)|CN{communities}R00Forg|CN{communities}R\d\dF(public|settled)"


#: Of a case one works on without knowing whose it is.
WORK = "(private|public|settled|placenote|handlers|said)"
#: What those read who answer for a case: the committee and those above it.
OFFICE = "(private|public|settled|placenote|handlers|said|message|note|staff|place|door|org)"

#: Of the register and of visits, what a committee reads as it goes.
REGISTER = "name|asked|evaluated|photo|wanted|why|child|plan|canvass|question"
#: Of his own: his cases, and what he filled in for plugins.
OWN, FILLED_IN = "name|private|placenote|message|said|evaluated|photo", "profile|illness|filled|suffered"
#: Of a case that one raised for the other: who raised it, and what he wrote, both read.
OF_BOTH = "(name|private|placenote|said|evaluated)"
ENTITLED: Mapping[str, str] = {
    # Of the residents' app. The poster in a stairwell says where it hangs.
    "nobody at the residents'": r"CN\dR00Fplace",
    "own": rf"{_around('[01]')}|CN1R01F({OWN}|wanted|why|child|letter|{FILLED_IN})|CN1R02F{OF_BOTH}",
    "household": rf"{_around('[01]')}|CN1R02F{OF_BOTH}",
    "same building": rf"{_around('[01]')}|CN1R03Fname",
    "same community": rf"{_around('[01]')}|CN1R04F(name|private|placenote)",
    "anonymous": rf"{_around('[01]')}|CN1R06F(name|hidden|placenote|said)",
    # His own building's doors and names are read on the one page that is for it.
    "building lead": rf"{_around('[01]')}|CN1R07Fname",
    "next door": rf"{_around('[02]')}|CN2R01F({OWN}|wanted|why|child|letter|{FILLED_IN})",
    "other town": rf"{_around('[03]')}|CN3R01F(name|private|placenote|message|said|evaluated|photo)",
    "other district": rf"{_around('[49]')}|CN4R01F(name|private|placenote|message|said|evaluated|photo)",
    # Whoever has no home yet looks for it among all of them.
    "unbound": r"CN\dR00F(place|door)|CN1R09Fname|CN[12]R09Fasked",
    # Of the committee's.
    "nobody at the committee's": r"(?!)",
    "worker": rf"CN1R\d\dF({REGISTER})|CN1R\d\dF{OFFICE}|CN0R00F(place|org)",
    "secretary": rf"CN1R\d\dF({REGISTER})|CN1R\d\dF{OFFICE}|CN0R00F(place|org)",
    "contractor": rf"CN[01]R00F(place|door|org)|CN1R\d\dF{WORK}|CN1R93Fstaff",
    "assisting": rf"CN[01]R00F(place|door|org)|CN1R\d\dF{WORK}|CN1R94Fstaff",
    "contractor of another": r"CN[01]R00F(place|door|org)|CN1R95Fstaff",
    "worker next door": rf"CN2R\d\dF({REGISTER})|CN2R\d\dF{OFFICE}|CN0R00F(place|org)",
    "town dispatcher": rf"CN[12]R\d\dF(evaluated|photo)|CN[12]R\d\dF{OFFICE}|CN0R\d\dF(place|org|staff)",
    "dispatcher of the other town": rf"CN3R\d\dF(evaluated|photo)|CN3R\d\dF{OFFICE}|CN0R\d\dF(place|org|staff)",
    "district dispatcher": rf"CN[123]R\d\dF(evaluated|photo)|CN[123]R\d\dF{OFFICE}|CN0R\d\dF(place|org|staff)",
    "dispatcher of the other district": rf"CN4R\d\dF(evaluated|photo)|CN4R\d\dF{OFFICE}|CN9R\d\dF(place|org|staff)",
    # Figures of places; no row, no name but his own.
    "analyst": r"CN[0-3]R00F(place|org)|CN0R97Fstaff",
    "no role in force": r"CN1R99Fstaff",
    # Places, and what they are called themselves: no case, and no resident.
    "system administrator": r"CN[0-3]R00Fplace|CN0R81Fstaff",
    "security administrator": r"CN[0-3]R00F(place|org)|CN0R82Fstaff",
    "auditor": r"CN[0-3]R00Fplace|CN0R83Fstaff",
    # In the secretary's right here, and in his own where he works.
    "delegate": rf"CN[13]R\d\dF({REGISTER})|CN[13]R\d\dF{OFFICE}|CN0R00F(place|org)",
}

#: The ways to a number in the clear: each is the answer to one's asking for it.
UNCOVERING = {
    ("POST", "/cases/{case_id}/contact"),
    ("POST", "/cases/{case_id}/fields"),
    ("POST", "/api/v1/cases/{case_id}/reveal"),
    ("POST", "/people/{person_id}/reveal"),
    ("POST", "/api/v1/people/{person_id}/reveal"),
    ("POST", "/emergency/{access_id}/uncovering"),
    ("POST", "/api/v1/emergencies/{access_id}/uncovering"),
    ("POST", "/data-requests/corrections/{request_id}/uncovering"),
    ("POST", "/api/v1/data-requests/corrections/{request_id}/uncovering"),
    # -- visits
    ("POST", "/visits/{visit_id}/reading"),
    ("POST", "/needs/{need_id}/reading"),
    ("POST", "/tag-proposals/{tag_proposal_id}/reading"),
    ("POST", "/api/v1/visits/{visit_id}/reading"),
    ("POST", "/api/v1/needs/{need_id}/reading"),
    ("POST", "/api/v1/tag-proposals/{tag_proposal_id}/reading"),
    ("POST", "/tags/given/{tag_id}/reading"),
    ("POST", "/api/v1/tags/given/{tag_id}/reading"),
    ("POST", "/ledgers/{fill_id}/uncovering"),
    ("POST", "/api/v1/ledgers/{fill_id}/uncovering"),
}
#: The ways to a file in full that was asked for, approved and made: its looks were recorded when it was.
FETCHING = {("GET", "/exports/{export_id}"), ("GET", "/api/v1/exports/{export_id}/file")}
#: Of the register, what can be read of somebody in full.
PERSON = "phone|idno|birth|former|native|workplace|hukou"
UNCOVERS: Mapping[str, str] = {
    "worker": rf"CN1R\d\dF({PERSON}|visit|need|tag|filled|suffered)",
    "secretary": rf"CN1R\d\dF({PERSON}|hidden|visit|need|tag|filled|suffered)",
    "worker next door": rf"CN2R\d\dF({PERSON}|visit|need|tag|filled|suffered)",
    "delegate": rf"CN1R\d\dF({PERSON}|hidden|visit|need|tag|filled|suffered)",
}


#: Colleagues by name, for whoever fills posts or lends his own: who stands in for whom is no secret among staff.
POSTS = r"CN\dR\d\dFstaff"
POST_PAGES = re.compile(r"/(posts|delegations)")
FILLS_POSTS = {
    "worker", "worker next door", "secretary", "town dispatcher", "dispatcher of the other town",
    "district dispatcher", "dispatcher of the other district", "security administrator", "delegate",
}  # fmt: skip


#: Staff by name, and the offices they did it for.
AUDITED = re.compile(r"^/(reads|deeds)$|^/api/v1/audit/")
MAKES_LEADS = {"town dispatcher", "district dispatcher"}
#: Guides and shared experiences say which place they come from: that is public, as the sign at its door.
TOLD_BY_A_PLACE = re.compile(r"/(guides|all-round|stamps|experiences)|/at-hand")


def entitled(role: str, method: str, route: str) -> re.Pattern[str]:
    """What this role may read in an answer of this route."""
    more = UNCOVERS.get(role) if (method, route) in UNCOVERING | FETCHING else None
    words = ENTITLED[role] + (f"|{POSTS}" if POST_PAGES.search(route) and role in FILLS_POSTS else "")
    # Whoever makes residents the leads of buildings reads who is; the auditor, who of the staff read what.
    words += r"|CN1R07Fname" if POST_PAGES.search(route) and role in MAKES_LEADS else ""
    words += rf"|{POSTS}|CN\dR00Fplace" if role == "auditor" and AUDITED.search(route) else ""
    words += r"|CN1R0\dFname" if role == "building lead" and route.endswith("/my-building") else ""
    words += r"|CN\dR00Fplace" if TOLD_BY_A_PLACE.search(route) else ""
    return re.compile(f"{words}|{more}" if more else words)
