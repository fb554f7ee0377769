"""What watchers and browsers ask of every app: health, figures, version, its document, its small files."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any

import orjson
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from app_shell.api import answer, respond_with
from app_shell.context import LANGUAGE_COOKIE, Shell, shell_of, visit_of
from app_shell.forms import TypedForm
from app_shell.limits import PLACES_KEY, Places
from app_shell.openapi import document_of, operations_of
from app_shell.pages import Page, local_path, redirect, remember, render
from app_shell.problems import Step, known_refusals, meaning_of, title_of
from app_shell.routing import Access, ApiRouter, SecureRouter
from app_shell.static_files import STATIC
from app_shell.words import say
from core_db import migrations
from core_db.foundation.errors import DomainError, NotFound
from core_db.foundation.reach import NOWHERE, Across, across
from core_db.upkeep import Look, last_look

CHOICES = {
    "print_mode": ("shequyun_print", ("standard", "large", "largest")),
    "theme": ("shequyun_theme", ("auto", "light", "dark")),
    "lang": (LANGUAGE_COOKIE, ("zh", "en")),
}

api = ApiRouter()
pages = SecureRouter()


class NotReady(DomainError):
    code, status = "not-ready", 503
    zh = "数据库的结构和程序不一致，请运行 shequyun upgrade。"
    en = "The database's tables are not those of this program; run shequyun upgrade."


class OfflinePage(Page, template="offline.html"):
    """What the service worker shows when the network is away."""


class MeaningPage(Page, template="errors/problem.html"):
    """What the code of a problem means."""

    status: int
    title: str
    sentence: str
    next_steps: tuple[Step, ...]


class DocsPage(Page, template="docs.html"):
    """The API for people: every operation with its sentence."""

    operations: Sequence[dict[str, Any]]


@pages.get("/healthz", access=Access.PUBLIC)
async def health() -> Response:
    return Response(b"ok", media_type="text/plain")


@pages.get("/readyz", access=Access.PUBLIC)
async def ready(request: Request) -> Response:
    """The database answers, and its tables are the ones this program knows; `read-only` where it is damaged.

    That is no refusal: a balancer would take away the reading too.
    """
    door = shell_of(request).door
    await door.read(_look, reach=NOWHERE)
    return Response(b"read-only" if door.is_read_only else b"ready", media_type="text/plain")


def _look(session: Session) -> None:
    try:
        migrations.must_fit_on(session.connection())
    except migrations.SchemaMisfit as mismatch:
        raise NotReady() from mismatch


@api.get("/version", access=Access.PUBLIC)
async def version(request: Request) -> Response:
    """Which app this is, and its version."""
    shell = shell_of(request)
    return answer({"app": shell.name, "version": shell.version})


@pages.get("/openapi.json", access=Access.PUBLIC)
async def document(request: Request) -> Response:
    return respond_with(await asyncio.to_thread(_document, request))


@pages.get("/docs", access=Access.PUBLIC)
async def docs(request: Request) -> Response:
    document = orjson.loads(await asyncio.to_thread(_document, request))
    return render(request, DocsPage(operations=operations_of(document)))


def _document(request: Request) -> bytes:
    shell = shell_of(request)
    kept: bytes | None = shell.keeps.get("openapi")
    if kept is None:
        cookie = shell.cookie(f"shequyun_{shell.name}")
        kept = shell.keeps["openapi"] = orjson.dumps(document_of(request.app, cookie=cookie))
    return kept


@pages.get("/problems/{code}", access=Access.PUBLIC)
async def meaning(request: Request, code: str) -> Response:
    """What a code of problem+json means."""
    kind = known_refusals().get(code)
    if kind is None:
        raise NotFound()
    lang = visit_of(request).lang
    home = Step(label=say("回到首页", lang), href="/")
    title, sentence = title_of(kind, lang), meaning_of(kind, lang)
    return render(
        request, MeaningPage(status=kind.status, title=title, sentence=sentence, next_steps=(home,))
    )


@pages.post("/preferences", access=Access.PUBLIC)
async def prefer(request: Request, typed: TypedForm) -> Response:
    """Remember a choice of print, colours or language, and go back to the page."""
    response = redirect(request, local_path(typed.get("next", "/")))
    for field, (cookie, values) in CHOICES.items():
        if typed.get(field) in values:
            remember(response, request, cookie, typed[field])
    return response


@pages.get("/offline", access=Access.PUBLIC)
async def offline(request: Request) -> Response:
    return render(request, OfflinePage(), headers={"Cache-Control": "no-cache"})


@pages.get("/sw.js", access=Access.PUBLIC)
async def service_worker() -> Response:
    headers = {"Cache-Control": "no-cache", "Service-Worker-Allowed": "/"}
    return FileResponse(STATIC / "js" / "sw.js", media_type="text/javascript", headers=headers)


@pages.get("/manifest.webmanifest", access=Access.PUBLIC)
async def manifest(request: Request) -> Response:
    """What a phone needs to put us on its home screen."""
    lang = visit_of(request).lang
    name, png = say("社区云", lang), {"type": "image/png"}
    icons = [
        {"src": "/static/icons/mark.svg", "sizes": "any", "type": "image/svg+xml"},
        {"src": "/static/icons/mark-192.png", "sizes": "192x192", **png},
        {"src": "/static/icons/mark-512.png", "sizes": "512x512", **png},
        {"src": "/static/icons/mark-maskable-512.png", "sizes": "512x512", "purpose": "maskable", **png},
    ]
    body = orjson.dumps({
        "id": "/", "lang": "en" if lang == "en" else "zh-CN", "name": name, "short_name": name, "start_url": "/",
        "scope": "/", "display": "standalone",
        "background_color": "#ffffff", "theme_color": "#0b6b5f", "icons": icons,
    })  # fmt: skip
    return Response(body, media_type="application/manifest+json")


#: Not on the residents' port: figures are for the office network.
figures = SecureRouter()


@figures.get("/metrics", access=Access.PUBLIC)
async def metrics(request: Request) -> Response:
    """Prometheus: the process itself, and how busy the door, the places and the live hub are."""
    registry = CollectorRegistry()
    shell = shell_of(request)
    registry.register(Doing(shell, request.scope.get(PLACES_KEY), await _last_look(shell)))
    body = generate_latest() + generate_latest(registry)
    return Response(body, media_type=CONTENT_TYPE_LATEST)


async def _last_look(shell: Shell) -> Look | None:
    """What was found last night; of a database that is away the other figures are told all the same."""
    with suppress(DomainError):
        return await shell.door.read(last_look, reach=across(Across.JOB))
    return None


class Doing(Collector):
    """What this process is doing now, as gauges, and what the last look at night found."""

    def __init__(self, shell: Shell, places: Places | None, look: Look | None) -> None:
        self._shell = shell
        self._places = places
        self._look = look

    def collect(self) -> Iterator[Metric]:
        shell = self._shell
        yield _gauge("write_queue", "Operations that wait for a writer.", shell.door.waiting)
        yield _gauge("fact_position", "The newest fact this process has told.", shell.position())
        yield _gauge("live_sockets", "Open live sockets.", len(shell.keeps.get("live", ())))
        yield _gauge(
            "read_only", "1 while the damaged database is written to no more.", shell.door.is_read_only
        )
        if self._look is not None:
            is_whole, at = self._look.first_altered is None, self._look.at.timestamp()
            yield _gauge("record_whole", "1 if the last look found the record unbroken.", is_whole)
            yield _gauge(
                "tables_broken", "Tables and indexes that the last look could not read.", self._look.broken
            )
            yield _gauge(
                "looked_at_seconds", "When file and record were looked through last (Unix time).", at
            )
        if self._places is not None:
            yield _gauge("requests_computing", "Requests that compute now.", self._places.computing)
            yield _gauge("requests_waiting", "Requests that wait for a place.", self._places.waiting)
            yield _counter("requests_busy", "Requests told to come back later.", self._places.refused)
            reports = self._places.refused_reports
            yield _counter("reports_busy", "Reports and emergencies told to come back later.", reports)


def _gauge(name: str, what: str, value: float) -> Metric:
    return GaugeMetricFamily(f"shequyun_{name}", what, value)


def _counter(name: str, what: str, value: float) -> Metric:
    return CounterMetricFamily(f"shequyun_{name}", what, value)
