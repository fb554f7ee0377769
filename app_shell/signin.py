"""Who knocks: the token in the cookie or the Authorization header, and the actor behind it.

An actor is kept for three seconds per process, so that a page and its parts ask the database once; whoever signs
somebody out, here or in another process, calls `forget_session`.
"""

import asyncio
import contextlib
import ipaddress
import time
from concurrent.futures import ThreadPoolExecutor
from weakref import WeakSet

from starlette.requests import HTTPConnection, Request
from starlette.responses import Response

from app_shell.context import Shell, header, shell_of, way_of
from app_shell.work import Work
from core_db.accounts import (
    RULES,
    AuthProfile,
    AuthRules,
    CodeLate,
    CodeNotSent,
    CodeToSend,
    FirstPasswordDraft,
    NewPasswordDraft,
    PasswordKept,
    PasswordSignInDraft,
    Sender,
    SignedIn,
    SignedInDevice,
    begin_staff_sign_in,
    code_message,
    hash_password,
    idle_after,
    judged_password,
    keep_alive,
    needs_to_be_seen,
    note_refused_sign_in,
    password_matches,
    refuse_weak,
    sender_from,
    signed_in_device,
    take_back_code,
    token_digest,
)
from core_db.foundation.actor import ANONYMOUS, Actor
from core_db.foundation.came import Came
from core_db.foundation.clock import SystemClock
from core_db.foundation.egress import egress_from
from core_db.foundation.errors import DomainError, NotSignedIn, TooMany
from core_db.foundation.reach import Across, across, reach_of

#: How long an actor is kept, in seconds, and how many.
KEPT_FOR = 3.0
KEPT_AT_MOST = 20_000
LONGEST_TOKEN = 100
#: Hashing holds 19 MiB and a core each.
HASHING_AT_ONCE = 4
SENDING_AT_ONCE = 8
#: Marks in what a browser calls itself, and the word people know it by; the first that fits.
BROWSERS = (
    ("MicroMessenger", "微信"), ("Edg", "Edge"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip
SYSTEMS = (
    ("HarmonyOS", "HarmonyOS"), ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"),
    ("Windows", "Windows"), ("Mac OS", "Mac"), ("Linux", "Linux"),
)  # fmt: skip


class KnownDevices:
    """The devices seen within the last seconds, by the digest of their token."""

    def __init__(self, *, keep_for: float) -> None:
        self._keep_for = keep_for
        self._kept: dict[bytes, tuple[float, SignedInDevice]] = {}
        #: Rises with every forgetting: what was read before must not be kept after.
        self.forgettings = 0
        _KNOWN.add(self)

    def find(self, digest: bytes) -> SignedInDevice | None:
        until, device = self._kept.get(digest, (0.0, None))
        return device if until > time.monotonic() else None

    def keep(self, digest: bytes, device: SignedInDevice, *, read_at: int) -> None:
        if self._keep_for and read_at == self.forgettings:
            if len(self._kept) >= KEPT_AT_MOST:
                self._kept.clear()
            self._kept[digest] = (time.monotonic() + self._keep_for, device)

    def forget(self, *ids: str) -> None:
        """Forget the sessions, or all sessions of the accounts, with these ids."""
        self.forgettings += 1
        for digest, (_, device) in list(self._kept.items()):
            if device.actor.session_id in ids or device.actor.id in ids:
                self._kept.pop(digest, None)


_KNOWN: WeakSet[KnownDevices] = WeakSet()


def forget_session(*ids: str) -> None:
    """Ask the database anew about these sessions or accounts: they were signed out, or may do other things now."""
    for known in list(_KNOWN):
        known.forget(*ids)


async def actor_of(connection: HTTPConnection) -> Actor:
    """The actor behind a request or socket; ANONYMOUS without a token that opens this app now."""
    shell = shell_of(connection)
    token = token_of(connection)
    if not token or len(token) > LONGEST_TOKEN:
        return ANONYMOUS
    known, digest = known_devices(shell), token_digest(token)
    device = known.find(digest) or await _look_up(shell, known, token, Came(way_of(connection.scope)))
    return device.actor if device is not None else ANONYMOUS


def token_of(connection: HTTPConnection) -> str:
    """A bearer goes before the cookie, and a wrong one is not mended by it: it lifts the check for other sites."""
    said = header(connection, b"authorization")
    if said is not None:
        kind, _, token = said.partition(" ")
        return token.strip() if kind.lower() == "bearer" else ""
    return connection.cookies.get(session_cookie(shell_of(connection)), "")


def not_signed_in(connection: HTTPConnection) -> NotSignedIn:
    """The refusal of who has to sign in first, which knows whether he came with a token."""
    refusal = NotSignedIn()
    refusal.brought_a_token = bool(token_of(connection))
    return refusal


async def _look_up(shell: Shell, known: KnownDevices, token: str, came: Came) -> SignedInDevice | None:
    read_at, clock = known.forgettings, shell.clock
    device = await shell.door.read(
        lambda session: signed_in_device(session, token, app=shell.name, clock=clock),
        reach=across(Across.SIGN_IN),
    )
    if device is None:
        return None
    known.keep(token_digest(token), device, read_at=read_at)
    if needs_to_be_seen(device, app=shell.name, now=clock.now()):
        await _note_seen(shell, device.actor, came)
    return device


async def _note_seen(shell: Shell, actor: Actor, came: Came) -> None:
    idle = idle_after(shell.name, demo=shell.settings.demo)
    # Who can be read for may be read for, even when nothing can be written just now.
    with contextlib.suppress(DomainError):
        await shell.door.write(
            lambda session: keep_alive(session, idle=idle, actor=actor, clock=shell.clock),
            reach=reach_of(actor), came=came,
        )  # fmt: skip


def known_devices(shell: Shell) -> KnownDevices:
    # A rehearsed clock does not run by itself: nothing can be kept for a second of it.
    keep_for = KEPT_FOR if isinstance(shell.clock, SystemClock) else 0.0
    if "devices" not in shell.keeps:
        shell.keeps["devices"] = KnownDevices(keep_for=keep_for)
    known: KnownDevices = shell.keeps["devices"]
    return known


# -- cookies ----------------------------------------------------------------------------------------


def session_cookie(shell: Shell) -> str:
    return shell.cookie(f"shequyun_{shell.name}")


def let_in(response: Response, request: Request, signed_in: SignedIn) -> None:
    """Hand the browser its token."""
    shell = shell_of(request)
    seconds = int((signed_in.expires_at - shell.clock.now()).total_seconds())
    response.set_cookie(
        session_cookie(shell), signed_in.token, max_age=seconds, httponly=True, secure=shell.is_https,
        samesite="lax",
    )  # fmt: skip


def let_out(response: Response, request: Request) -> None:
    shell = shell_of(request)
    response.delete_cookie(session_cookie(shell), httponly=True, secure=shell.is_https, samesite="lax")


def step_cookie(shell: Shell) -> str:
    """The cookie between password and second factor."""
    return shell.cookie(f"shequyun_{shell.name}_step")


# -- what both the API and the pages do -------------------------------------------------------------


def address_of(request: Request) -> str:
    """The address a request came from, as tries are counted by; of IPv6 the part a home has."""
    host = request.client.host if request.client is not None else "unknown"
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((address, 64), strict=False))
    return host


def device_of(request: Request) -> str:
    """What a device calls itself, in the words of its owner: `Chrome · Android`."""
    agent = request.headers.get("user-agent", "")
    found = [next((word for mark, word in marks if mark in agent), "") for marks in (BROWSERS, SYSTEMS)]
    return " · ".join(word for word in found if word) or agent.split("/")[0][:40]


async def send_code(shell: Shell, work: Work, made: CodeToSend) -> DomainError | None:
    """Hand a code to the sender, after its commit. What did not leave does not count."""
    loop = asyncio.get_running_loop()
    sender = sender_of(shell)
    threads = _threads(shell, "sending", SENDING_AT_ONCE)
    try:
        with work.standing_aside():
            await loop.run_in_executor(threads, sender.send, made.phone, code_message(made.code))
    except CodeNotSent as refusal:
        await work.write(take_back_code, made.id)
        return refusal
    except CodeLate as refusal:
        return refusal
    return None


def sender_of(shell: Shell) -> Sender:
    if "sender" not in shell.keeps:
        settings = shell.settings
        shell.keeps["sender"] = sender_from(
            settings.sender_url, demo=settings.demo, egress=egress_from(settings.egress_allowed)
        )
    sender: Sender = shell.keeps["sender"]
    return sender


async def compare_password(
    request: Request, work: Work, draft: PasswordSignInDraft
) -> tuple[str | None, bool]:
    """Count the try, then compare in a thread, outside the writer: (what it was compared with, the answer)."""
    address = address_of(request)
    try:
        stored = await work.write(begin_staff_sign_in, draft, rules_of(request), address=address)
    except TooMany:
        # The refusal undid what was written with it, so the record of it is a commit of its own.
        await work.write(note_refused_sign_in, draft, address=address)
        raise
    threads = _threads(shell_of(request), "hashing", HASHING_AT_ONCE)
    password = draft.password.get_secret_value()
    loop = asyncio.get_running_loop()
    return stored, await loop.run_in_executor(threads, password_matches, password, stored)


async def new_hash(request: Request, draft: NewPasswordDraft, kept: PasswordKept) -> str:
    """The new password's hash, or the refusal raised; worked out in a thread."""
    threads = _threads(shell_of(request), "hashing", HASHING_AT_ONCE)
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(threads, judged_password, draft, kept, rules_of(request))


async def first_hash(request: Request, draft: FirstPasswordDraft) -> str:
    """The hash of a first password of one's own, or the refusal raised; worked out in a thread."""
    threads = _threads(shell_of(request), "hashing", HASHING_AT_ONCE)
    password, rules = draft.password.get_secret_value(), rules_of(request)

    def judged() -> str:
        refuse_weak(password, rules, known=())
        return hash_password(password)

    return await asyncio.get_running_loop().run_in_executor(threads, judged)


def rules_of(request: Request) -> AuthRules:
    """The rule book of this installation."""
    return RULES[AuthProfile(shell_of(request).settings.auth_profile)]


def _threads(shell: Shell, name: str, at_once: int) -> ThreadPoolExecutor:
    if name not in shell.keeps:
        shell.keeps[name] = ThreadPoolExecutor(at_once, thread_name_prefix=name)
    threads: ThreadPoolExecutor = shell.keeps[name]
    return threads
