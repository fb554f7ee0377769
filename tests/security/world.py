"""A small world in which every word says whose it is: people of every role, and cases in every state.

It is made once for each database, and copied for whoever wants one to himself. Requests are asked of it through a
door that undoes what they wrote (`rehearsal`), so that every one of them finds it as it was made.
"""

import copy
import io
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from PIL import Image
from sqlmodel import Session, col, select, update

from core_db.accounts import DelegationDraft, RoleDraft, ask_for_home, assign_role, delegate_role
from core_db.accounts.drafts import BindingDraft
from core_db.accounts.model import Account, HomeBinding, RoleAssignment, SignInSession
from core_db.cases import VERBS, Verb, keep_photo, upload_photo
from core_db.cases.drafts import CaseDraft
from core_db.cases.model import PARTIES, Case
from core_db.cases.photos import CleanPhoto
from core_db.feedback import FeedbackDraft, FeedbackGate, leave_feedback
from core_db.foundation.actor import Actor, ActorKind, Role
from core_db.foundation.clock import Clock
from core_db.foundation.door import Door
from core_db.foundation.drafts import read_draft
from core_db.foundation.settings import Settings
from core_db.people import Person
from core_db.people.changing import set_id_number
from core_db.people.identity import check_digit
from core_db.reveals import uncover_contact
from tests.security.canaries import Canaries, token
from tests.security.in_full import make_in_full
from tests.security.places import ANOTHER, AS_IT_IS, ASSISTING, COMMUNITIES, LEAD, Ground
from tests.security.rights import SIDES, Rights
from tests.security.sealed import seal_a_person, seal_the_rest
from tests.security.tokens import sessions_that_are_over
from tests.security.versions import versions_of_the_register
from tests.town import Town

#: Role at the residents' app → neighbourhood, resident, and which of its homes.
RESIDENTS: Mapping[str, tuple[int, int, int]] = {
    "own": (1, 1, 0), "household": (1, 2, 0), "same building": (1, 3, 1), "same community": (1, 4, 2),
    "anonymous": (1, 6, 3), "building lead": (1, 7, 1), "next door": (2, 1, 0), "other town": (3, 1, 0),
    "other district": (4, 1, 0),
}  # fmt: skip
#: Whose case it is that somebody has a relation to: neighbourhood, resident, public, anonymous.
RAISED: Mapping[str, tuple[int, str, bool, bool]] = {
    "private": (1, "own", False, False), "public": (1, "own", True, False), "unnamed": (1, "anonymous", True, True),
    "a neighbour's": (1, "same community", False, False), "escalated": (1, "own", False, False),
    # For "own", by whoever lives with her.
    "a proxy's": (1, "household", False, False),
    "next door": (2, "next door", True, False), "other town": (3, "other town", True, False),
    "other district": (4, "other district", True, False),
}  # fmt: skip
#: The way of a case to each state.
SIGNED = ("acceptance", "dispatch", "signing")
WAYS: Mapping[str, tuple[str, ...]] = {
    "submitted": (), "accepted": ("acceptance",), "dispatched": SIGNED[:2], "signed": SIGNED,
    "in_progress": (*SIGNED, "progress"), "suspended": (*SIGNED, "progress", "suspension"),
    "handled": (*SIGNED, "handling"), "verified": (*SIGNED, "handling", "verification"),
    "disputed": (*SIGNED, "handling", "verification", "evaluation"),
    "closed": (*SIGNED, "handling", "verification", "closure"), "returned": (*SIGNED[:2], "return"),
    "self_handling": ("acceptance", "self-handling"), "pre_check": ("pre-check",), "refused": ("refusal",),
    "withdrawn": ("withdrawal",), "merged": ("merger",),
}  # fmt: skip
#: Where a verb parts the two who stand behind a case that one raised for the other.
OF_A_PROXY = ("submitted", "accepted", "verified", "disputed")
#: States that only a list needs to know.
ENDS = ("closed", "returned", "self_handling", "pre_check", "refused", "withdrawn", "merged")


class World:
    """Everybody and everything, by the names the matrix has for them."""

    def __init__(self, door: Door, clock: Clock, settings: Settings, *, says: str = AS_IT_IS) -> None:
        self.says = says
        self.door, self.clock, self.settings = door, clock, settings
        self.given, self.ground, self.canaries = Town(door, clock), Ground(self.marked), Canaries()
        self.people: dict[str, Actor] = {}
        self.cases: dict[tuple[str, str], str] = {}
        self.photos: dict[str, str] = {}
        self.bindings: dict[str, str] = {}
        door.write_now(self.ground.enter)
        self._settle_residents()
        self._appoint_staff()
        self._raise_cases()
        self._show_photos()
        self._ask_for_homes()
        self._say_what_they_think()
        self.rights = Rights(self)
        for side, (n, who) in SIDES.items():
            seal_the_rest(self, side, n, self.people[f"worker of {n}"], self.people[who])
        make_in_full(self)
        self.tokens = {who: self.given.token_of(actor) for who, actor in self.people.items()}
        self.sessions = self._second_sessions()
        self.over = sessions_that_are_over(self)
        self.versions = dict(door.read_now(lambda session: list(session.exec(select(Case.id, Case.version)))))
        self.versions |= door.read_now(versions_of_the_register)

    def seen_through(self, door: Door, clock: Clock, settings: Settings) -> "World":
        """The same world in a copy of its database."""
        other = copy.copy(self)
        other.door, other.clock, other.settings = door, clock, settings
        other.given, other.tokens = Town(door, clock), dict(self.tokens)
        return other

    def word(self, community: int, resident: int, kind: str) -> str:
        """A canary, and whatever else every word of this world is to hold."""
        return self.marked(token(community, resident, kind))

    def marked(self, text: str) -> str:
        """A text that is nobody's, with whatever else every word of this world is to hold."""
        return self.says.replace(AS_IT_IS, text)

    def briefly(self, text: str) -> str:
        """The same where there is room for few signs: up to the first blank."""
        return self.marked(text).partition(" ")[0]

    # -- people -------------------------------------------------------------------------------------

    def _settle_residents(self) -> None:
        for who, (community, resident, home) in RESIDENTS.items():
            self._settle(who, community, resident, home)
        self.people["unbound"] = self.given.resident(
            of=None, name=self.word(1, 9, "name"), phone=_phone(1, 9, self.canaries)
        )
        # In the register and on the lists he has a name; on his cases he asked to have none.
        unnamed = replace(self.people["anonymous"], name=self.word(1, 6, "hidden"))
        self.people["anonymous"] = unnamed
        self._rename(unnamed)

    def _settle(self, who: str, community: int, resident: int, home: int) -> None:
        phone = _phone(community, resident, self.canaries)
        number = _id_number(community, resident, self.canaries)
        at = self.ground.around[community].homes[home]
        actor = self.given.resident(of=at, name=self.word(community, resident, "name"), phone=phone)

        def seal(session: Session) -> None:
            person = session.get(Person, actor.person_id)
            assert person is not None
            set_id_number(session, person, number)
            seal_a_person(self, session, person, community, resident)
            session.add(person)

        self.door.write_now(seal)
        self.people[who] = actor

    def _rename(self, actor: Actor) -> None:
        mine = col(Account.id) == actor.id
        self.door.write_now(lambda s: s.exec(update(Account).where(mine).values(name=actor.name)))

    def _appoint_staff(self) -> None:
        around, towns, districts = self.ground.around, self.ground.towns, self.ground.districts
        here = around[1].community
        for n in COMMUNITIES:
            community, firm = around[n].community, around[n].firms[LEAD]
            self._appoint(f"worker of {n}", Role.WORKER, community, n, 91)
            self._appoint(f"contractor of {n}", Role.CONTRACTOR, community, n, 93, firm)
        self.people |= {
            "worker": self.people["worker of 1"], "contractor": self.people["contractor of 1"],
            "worker next door": self.people["worker of 2"],
        }  # fmt: skip
        self._appoint("secretary", Role.SECRETARY, here, 1, 92)
        self._appoint("assisting", Role.CONTRACTOR, here, 1, 94, around[1].firms[ASSISTING])
        self._appoint("contractor of another", Role.CONTRACTOR, here, 1, 95, around[1].firms[ANOTHER])
        self._appoint("town dispatcher", Role.TOWN_DISPATCHER, towns[0], 0, 95)
        self._appoint("dispatcher of the other town", Role.TOWN_DISPATCHER, towns[1], 0, 96)
        self._appoint("district dispatcher", Role.DISTRICT_DISPATCHER, districts[0], 0, 98)
        self._appoint("dispatcher of the other district", Role.DISTRICT_DISPATCHER, districts[1], 9, 98)
        self._appoint("analyst", Role.DISTRICT_ANALYST, districts[0], 0, 97)
        self._appoint("no role in force", Role.WORKER, here, 1, 99)
        self.end_roles_of("no role in force")
        self._appoint_who_looks_after_it()

    def _appoint_who_looks_after_it(self) -> None:
        """The three administrators, the lead of a building, and somebody from the other town in a lent right."""
        around, district = self.ground.around, self.ground.districts[0]
        self._appoint("system administrator", Role.SYSADMIN, district, 0, 81)
        self._appoint("security administrator", Role.SECADMIN, district, 0, 82)
        self._appoint("auditor", Role.AUDITOR, district, 0, 83)
        secretary, lead = self.people["secretary"], self.people["building lead"]
        leads = RoleDraft(
            account_id=lead.id,
            role=Role.BUILDING_LEAD,
            place_id=around[1].buildings[0].id,
            reason=self.marked("居民推选"),
        )
        self.given.do(assign_role, leads, by=secretary)
        self._appoint("delegate", Role.WORKER, around[3].community, 3, 96)
        hers = col(RoleAssignment.account_id) == secretary.id
        lent = DelegationDraft(
            assignment_id=self.door.read_now(lambda s: s.exec(select(RoleAssignment.id).where(hers)).one()),
            delegate_id=self.people["delegate"].id, valid_to=self.clock.now() + timedelta(days=30),
            reason=self.marked("书记住院"),
        )  # fmt: skip
        self.given.do(delegate_role, lent, by=secretary)

    def _appoint(self, who: str, role: Role, at: Any, community: int, number: int, firm: Any = None) -> None:
        self.people[who] = self.given.staff(role, at, self.word(community, number, "staff"), firm)

    def end_roles_of(self, who: str) -> None:
        mine, over = col(RoleAssignment.account_id) == self.people[who].id, self.clock.now() - timedelta(1)
        self.door.write_now(lambda s: s.exec(update(RoleAssignment).where(mine).values(valid_to=over)))

    # -- cases --------------------------------------------------------------------------------------

    def _raise_cases(self) -> None:
        for relation in RAISED:
            for state in WAYS:
                if relation == "a neighbour's" and state != "submitted":
                    continue
                if state in ENDS and relation != "public":
                    continue
                if relation == "a proxy's" and state not in OF_A_PROXY:
                    continue
                self.cases[relation, state] = self._raised(relation, state)
        self._talk_about(self.cases["private", "accepted"], 1)
        self._talk_about(self.cases["public", "accepted"], 1)
        self._talk_about(self.cases["next door", "accepted"], 2)
        reading = self.cases["private", "accepted"]
        self.given.do(uncover_contact, reading, by=self.people["secretary"])

    def _raised(self, relation: str, state: str) -> str:
        community, who, public, anonymous = RAISED[relation]
        resident = RESIDENTS[who][1]
        kind = "public" if public else "private"
        draft = CaseDraft(
            text=f"{self.word(community, resident, kind)} 楼道灯坏了{relation}{state}", anonymous=anonymous,
            visibility=kind, place_note=self.word(community, resident, "placenote"),
            place_id=self.ground.around[community].homes[0].id,
            **({"on_behalf_of": "王奶奶"} if relation == "a proxy's" else {}),
        )  # fmt: skip
        raised = self.given.a_case(by=self.people[who], **draft.model_dump(exclude_unset=True))
        number, case_id = str(raised.case.number), str(raised.case.id)
        self.canaries.register(number, token(community, resident, kind))
        if relation == "a proxy's":
            self._raised_for(case_id, self.people["own"])
        if relation == "escalated":
            self._do(case_id, "escalation", relation, to="town")
        for verb in WAYS[state]:
            self._do(case_id, verb, relation)
        return case_id

    def _raised_for(self, case_id: str, whom: Actor) -> None:
        """Whoever raised it did so for her, under a name that is no canary."""
        theirs = (PARTIES.c.case_id == case_id, PARTIES.c.role == "requester")
        hers = {"account_id": whom.id, "person_id": whom.person_id}
        self.door.write_now(lambda session: session.execute(update(PARTIES).where(*theirs).values(hers)))

    def _do(self, case_id: str, verb: str, relation: str, **said: str) -> None:
        community, who, public, _anonymous = RAISED[relation]
        registered = VERBS[Verb(verb)]
        words = self.words_of(verb, community, RESIDENTS[who][1], public=public) | said
        by = self.people[f"worker of {community}"]
        if verb in ("signing", "return", "handling", "progress"):
            by = self.people[f"contractor of {community}"]
        elif verb in ("evaluation", "withdrawal", "messages"):
            by = self.people["own" if relation == "a proxy's" else who]
        self.given.do(registered.use_case, case_id, read_draft(registered.draft, words), by=by)

    def words_of(self, verb: str, community: int, resident: int, *, public: bool) -> dict[str, Any]:
        """Something sensible to say with a verb, that says for whom it is meant."""
        firms = self.ground.around[community].firms
        settled = self.word(community, resident, "settled" if public else "said")
        said = self.word(community, resident, "said")
        return {
            "acceptance": {"note": settled},
            "refusal": {"reason_code": "other", "text": settled},
            "dispatch": {
                "lead": firms[LEAD].id, "note": self.word(community, resident, "handlers"),
                "assisting": [firms[ASSISTING].id] if ASSISTING in firms else [],
            },
            "signing": {}, "resumption": {}, "withdrawal": {}, "support": {},
            "return": {"reason_code": "not_our_duty", "text": self.word(community, resident, "handlers")},
            "progress": {"text": self.word(community, resident, "handlers"), "visible_to_resident": False},
            "handling": {"outcome": "done", "text": said},
            "verification": {"passed": True, "text": settled},
            "closure": {"outcome": "resolved", "text": settled},
            "extension": {"until": "2027-02-01", "reason": self.word(community, resident, "handlers")},
            "suspension": {"review_on": "2027-01-10", "reason": said},
            # Also of what the town has already.
            "escalation": {"to": "district", "reason": said},
            "merger": {"into": self.cases.get(("public", "submitted"), "")},
            "note": {"text": self.word(community, resident, "note")},
            "messages": {"text": self.word(community, resident, "message")},
            "evaluation": {"resolved": "no", "satisfied": 1, "text": self.word(community, resident, "evaluated")},
            "reopening": {"reason": said}, "hiding": {"reason": said},
            "callback": {"resolved": "yes", "satisfied": 5, "text": said},
            "self-handling": {"text": settled},
        }.get(verb, {"text": said})  # fmt: skip

    def _talk_about(self, case_id: str, community: int) -> None:
        """One entry for each sort of reader."""
        owner = "next door" if community == 2 else "own"
        worker, words = self.people[f"worker of {community}"], self.words_of
        for verb, by in (("note", worker), ("messages", worker), ("messages", self.people[owner])):
            registered = VERBS[Verb(verb)]
            said = words(verb, community, 1, public=False)
            self.given.do(registered.use_case, case_id, read_draft(registered.draft, said), by=by)

    # -- what hangs on them ---------------------------------------------------------------------------

    def _show_photos(self) -> None:
        """A photo that hangs nowhere, and one in an entry of each sort."""
        self.photos["hangs nowhere"] = self._photo("own", self.word(1, 1, "photo"))
        for name, who, relation, state, verb, kind in (
            ("in a message", "own", "public", "accepted", "messages", "photo"),
            ("among handlers", "contractor", "public", "signed", "progress", "handlers"),
            ("in an outcome", "contractor", "private", "in_progress", "progress", "said"),
            ("next door", "next door", "next door", "accepted", "messages", "photo"),
        ):
            community, owner, public, _ = RAISED[relation]
            photo = self._photo(who, self.word(community, RESIDENTS[owner][1], kind))
            registered, case_id = VERBS[Verb(verb)], self.cases[relation, state]
            words = self.words_of(verb, community, 1, public=public) | {"photos": [photo]}
            if name == "in an outcome":
                words |= {"text": self.word(community, 1, "said"), "visible_to_resident": True}
            draft = read_draft(registered.draft, words)
            self.given.do(registered.use_case, case_id, draft, by=self.people[who])
            self.photos[name] = photo

    def _photo(self, who: str, said: str) -> str:
        photo = CleanPhoto(picture() + said.encode(), 8, 8)
        photo_id = keep_photo(self.settings.data_dir, photo)
        self.given.do(upload_photo, photo_id, photo, by=self.people[who])
        return photo_id

    def _ask_for_homes(self) -> None:
        for name, community in (("waits here", 1), ("waits next door", 2)):
            home = self.ground.around[community].homes[3]
            draft = BindingDraft(home_id=home.id, name=self.word(community, 9, "asked"))
            self.bindings[name] = self.given.do(ask_for_home, draft, by=self.people["unbound"]).id
        for name, who in (("own", "own"), ("next door", "next door")):
            bound = col(HomeBinding.account_id) == self.people[who].id
            self.bindings[name] = self.door.read_now(
                lambda s, bound=bound: s.exec(select(HomeBinding.id).where(bound)).one()
            )

    def _say_what_they_think(self) -> None:
        draft = FeedbackDraft(text=self.word(1, 1, "feedback"), contact=self.word(1, 1, "contact"))
        gate = FeedbackGate(app="resident", version="0", address="127.0.0.1")
        self.given.do(leave_feedback, draft, gate, by=self.people["own"])

    def _second_sessions(self) -> dict[str, str]:
        """Everybody has another device; its session, by who he is."""
        for actor in dict.fromkeys(self.people.values()):
            self.given.token_of(actor)
        rows = self.door.read_now(
            lambda s: list(s.exec(select(SignInSession.account_id, SignInSession.id).order_by(SignInSession.id)))
        )  # fmt: skip
        last = dict(rows)
        return {who: last[actor.id] for who, actor in self.people.items()}


def app_of(actor: Actor) -> str:
    return "resident" if actor.kind is ActorKind.RESIDENT else "committee"


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (8, 8), "tan").save(out, "JPEG")
    return out.getvalue()


def _phone(community: int, resident: int, canaries: Canaries) -> str:
    phone = f"1370{community}00{resident:02}77"
    canaries.register(phone, token(community, resident, "phone"))
    return phone


def _id_number(community: int, resident: int, canaries: Canaries) -> str:
    """Of somebody born on New Year's Day 1970; the last sign is worked out from the others."""
    first = f"31011319700101{community}{resident:02}"
    number = first + check_digit(first)
    canaries.register(number, token(community, resident, "idno"))
    return number
