"""The tests that every plugin can inherit with one line, and ought to.

    class TestMine(PluginContract):
        plugin = my_plugin.plugin

`settings` and `make` are there to be overridden: how it is set, and what of its own a page needs to show something.
"""

import ast
import json
import re
from pathlib import Path
from string import Formatter
from typing import Any, ClassVar

import pytest
from fastapi.routing import APIRoute
from pydantic import ValidationError

from plugins.sdk.manifest_parts import Words
from plugins.sdk.plugin import Plugin
from plugins.sdk.tables.declared import declared_in, faults_in
from plugins.testkit import tables
from plugins.testkit.examples import example_of
from plugins.testkit.sentences import chinese_settings, is_chinese, unsaid
from plugins.testkit.x import X

#: Not promised to plugins, or not theirs to touch.
INSIDE = ("core_db", "app_shell", "resident_app", "committee_app", "plugins.host", "subprocess", "os.environ")
#: One who agreed to everything, and one who agreed to nothing.
WANG, LI = "王奶奶", "李爷爷"
#: A colleague who was given none of its roles.
NEWCOMER = "newcomer"


class PluginContract:
    """What holds of every plugin."""

    plugin: ClassVar[Plugin]
    settings: ClassVar[dict[str, Any]] = {}

    async def make(self, x: X) -> None:
        """Whatever of its own a plugin wants to have before its pages are looked at."""

    async def town(self, x: X) -> X:
        """The plugin is on; one resident agreed to all of it, one to nothing; a colleague holds its roles."""
        x.load(self.plugin, **self.settings)
        purposes = [one.id for one in self.plugin.manifest.purposes]
        known: dict[str, Any] = {
            "birth_year": 1938,
            "phone": "13800138000",
            "tags": ["独居"],
            "building": "1号楼",
        }
        x.resident(WANG, consent=purposes, **known)
        x.resident(LI, **(known | {"phone": "13900139000"}))
        roles = [one.id for one in self.plugin.manifest.contributes.roles]
        x.staff("顾老师", role="secretary", roles=roles)
        await x.lifecycle("enable")
        return x

    # -- what it says of itself ---------------------------------------------------------------------

    def test_it_says_its_name_and_what_it_is_for_in_both_languages(self) -> None:
        manifest = self.plugin.manifest
        assert _in_both(manifest.name)
        assert manifest.summary is not None
        assert _in_both(manifest.summary)

    def test_somebody_answers_for_it_and_hears_of_holes_in_it(self) -> None:
        assert self.plugin.manifest.contact
        assert self.plugin.manifest.security_contact

    def test_its_version_and_licence_are_known(self) -> None:
        assert self.plugin.manifest.version
        assert " " not in self.plugin.manifest.license, "an SPDX identifier: Apache-2.0"

    def test_each_purpose_is_said_to_residents_in_both_languages(self) -> None:
        assert all(_in_both(one.text) for one in self.plugin.manifest.purposes)

    def test_nothing_is_kept_longer_than_its_purposes_say(self) -> None:
        longest = max((one.retention_days for one in self.plugin.manifest.purposes), default=0)
        assert self.plugin.manifest.data.retention_days <= longest or not self.plugin.manifest.purposes

    def test_each_message_says_the_same_in_both_languages(self) -> None:
        for one in self.plugin.manifest.contributes.templates:
            assert _in_both(one.text)
            assert _blanks(one.text.zh) == _blanks(one.text.en), one.id

    def test_entries_categories_jobs_and_reports_have_names_in_both_languages(self) -> None:
        brought = self.plugin.manifest.contributes
        words = [one.label for one in brought.nav]
        words += [one.name for one in brought.case_categories]
        words += [one.name for one in brought.jobs] + [one.name for one in brought.reports]
        words += [one.name for one in brought.roles]
        assert all(_in_both(one) for one in words)

    def test_each_slot_it_fills_is_named_in_its_manifest(self) -> None:
        said = {one.slot for one in self.plugin.manifest.contributes.slots}
        assert {hook.about for hook in self.plugin.slots} == said

    def test_each_job_is_named_in_its_manifest_with_its_time(self) -> None:
        said = {one.id: one.cron for one in self.plugin.manifest.contributes.jobs}
        assert {hook.name: hook.about for hook in self.plugin.jobs} == said

    def test_each_report_is_named_in_its_manifest(self) -> None:
        said = {one.id for one in self.plugin.manifest.contributes.reports}
        assert {hook.more["id"] for hook in self.plugin.providers} == said

    def test_each_role_opens_what_it_says_and_nothing_else_asks_for_it(self) -> None:
        said = {(one.id, what) for one in self.plugin.manifest.contributes.roles for what in one.grants}
        assert self.plugin.opened == said

    async def test_what_is_for_a_role_is_shut_to_whoever_does_not_hold_it(self, x: X) -> None:
        await self.town(x)
        x.staff("新来的", id=NEWCOMER)
        for page in _guarded(self.plugin):
            for method in page.methods or ():
                client = x.client("committee", as_=NEWCOMER)
                ask = client.get if method == "GET" else client.post
                address = f"/x/{self.plugin.id}{re.sub(r'{[^}]*}', 'nobody', page.path)}"
                assert (await ask(address)).status_code == 403, address
        for hook in (one for one in self.plugin.slots if "access" in one.more):
            if hook.about.endswith(".columns"):
                assert await x.column(hook.about, [WANG], as_=NEWCOMER) == {}
            else:
                assert await x.slot(hook.about, as_=NEWCOMER) == []

    def test_every_sentence_is_said_in_both_languages(self) -> None:
        lacking = [
            f"{path.name}:{line} [{lang}] {said}" for path, line, said, lang in unsaid(self.plugin.folder)
        ]
        assert not lacking, "\n".join(lacking)

    def test_it_reaches_for_nothing_but_the_sdk(self) -> None:
        reached = [
            f"{path.name}:{getattr(node, 'lineno', 1)} {name}"
            for path in self.plugin.folder.rglob("*.py")
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            for name in _names(node)
            if name.startswith(INSIDE)
        ]
        assert not reached

    # -- settings and what it keeps -----------------------------------------------------------------

    def test_it_can_be_switched_on_without_setting_anything_each_setting_has_a_title(self) -> None:
        model = self.plugin.settings_model
        if model is not None:
            model.model_validate(self.settings)
            assert all(info.title for info in model.model_fields.values())

    def test_a_setting_nobody_knows_is_refused(self) -> None:
        if self.plugin.settings_model is not None:
            with pytest.raises(ValidationError):
                self.plugin.settings_model.model_validate({**self.settings, "nobody_knows_this": 1})

    def test_what_it_keeps_of_people_it_hands_out_and_forgets(self) -> None:
        of_people = [one for one in self.plugin.documents if one.subject_field()]
        if of_people:
            assert self.plugin.manifest.data.stores_personal
        if self.plugin.manifest.data.stores_personal:
            assert self.plugin.subject_export is not None
            assert self.plugin.subject_erase is not None

    def test_documents_that_changed_say_how_old_rows_are_brought_up(self) -> None:
        changed = [one for one in self.plugin.documents if one.version > 1]
        assert all("upgrade" in vars(one) for one in changed)

    def test_its_tables_say_whose_they_are_and_its_scripts_make_them(self, tmp_path: Path) -> None:
        if tables.keeps_tables(self.plugin):
            assert list(faults_in(self.plugin)) == []
            assert tables.moved_up(self.plugin, tmp_path / "tried.db") == []

    async def test_what_its_tables_keep_of_people_ends_with_its_time(self, x: X) -> None:
        if not tables.keeps_tables(self.plugin):
            return
        await self.town(x)
        await self.make(x)
        dated = {one["name"] for one in declared_in(self.plugin.metadata) if one["kept_from"]}
        # What is planned may lie a year ahead.
        x.travel(self.plugin.manifest.data.retention_days + 366)
        x.expire(self.plugin)
        left = sorted({one["kind"] for one in tables.rows_of(self.plugin)} & dated)
        assert not left, f"{left}: kept for ever: say retention_days in [data], or days in kept_from"

    # -- what it does -------------------------------------------------------------------------------

    async def test_it_is_switched_on_off_and_on_again(self, x: X) -> None:
        await self.town(x)
        await x.lifecycle("disable")
        x.load(self.plugin, **self.settings)
        await x.lifecycle("enable")
        assert await x.slot("resident.home.cards") is not None

    async def test_each_fact_may_come_twice_and_be_about_nobody_known(self, x: X) -> None:
        await self.town(x)
        for kind in {kind for hook in self.plugin.listeners for kind in hook.about}:
            for who in ("nobody", WANG, LI):
                event = example_of(kind, community_id="c1", plugin_id=self.plugin.id, person_id=who)
                await x.emit(event)
                sent, cases = len(x.host.sent), len(x.host.cases)
                await x.emit(event)
                assert (len(x.host.sent), len(x.host.cases)) == (sent, cases), f"{kind.__name__} twice"

    async def test_its_jobs_may_run_twice(self, x: X) -> None:
        await self.town(x)
        await self.make(x)
        for hook in self.plugin.jobs:
            await x.job(hook.name)
            sent, cases = len(x.host.sent), len(x.host.cases)
            await x.job(hook.name)
            assert (len(x.host.sent), len(x.host.cases)) == (sent, cases), f"{hook.name} twice"

    async def test_its_jobs_run_where_nobody_lives(self, x: X) -> None:
        x.load(self.plugin, **self.settings)
        for hook in self.plugin.jobs:
            await x.job(hook.name)
        assert not x.host.sent

    async def test_who_agreed_to_nothing_is_neither_kept_nor_written_to(self, x: X) -> None:
        await self.town(x)
        for hook in self.plugin.jobs:
            await x.job(hook.name)
        assert LI not in x.kept(self.plugin)
        assert not [one for one in x.host.sent.values() if one["to"] == LI]

    async def test_its_cards_are_shown_for_anybody_and_for_nobody(self, x: X) -> None:
        await self.town(x)
        await self.make(x)
        case = x.case(by=WANG)
        for hook in self.plugin.slots:
            subjects = (case, "nobody") if ".case." in hook.about else (WANG, LI, None, "nobody")
            for subject in subjects if not hook.about.endswith(".columns") else ():
                for lang in ("zh", "en"):
                    await x.slot(hook.about, subject, lang=lang)

    async def test_its_columns_answer_for_the_rows_they_were_asked_about(self, x: X) -> None:
        await self.town(x)
        for hook in (one for one in self.plugin.slots if one.about.endswith(".columns")):
            assert set(await x.column(hook.about, [WANG, LI])) <= {WANG, LI}

    @pytest.mark.parametrize("app", ["resident", "committee"])
    async def test_its_pages_open_in_chinese_and_are_english_in_english(self, x: X, app: Any) -> None:
        await self.town(x)
        for path in _pages(self.plugin, app):
            address = f"/x/{self.plugin.id}{path}"
            assert (await x.client(app, as_=WANG).get(address)).status_code == 200, address
            seen = await x.client(app, as_=WANG, lang="en").get(address)
            text = seen.text
            for known in (*chinese_settings(self.plugin), WANG, "顾老师"):
                text = text.replace(known, "")
            chinese = [line for line in text.splitlines() if is_chinese(line)]
            assert not chinese, f"{address}: {chinese}"

    async def test_each_entry_in_the_navigation_leads_to_a_page(self, x: X) -> None:
        await self.town(x)
        for one in self.plugin.manifest.contributes.nav:
            assert (
                await x.client(one.app, as_=WANG).get(f"/x/{self.plugin.id}{one.path}")
            ).status_code == 200

    async def test_no_page_opens_where_it_is_not_on(self, x: X) -> None:
        await self.town(x)
        for app in self.plugin.routers:
            assert (await x.client(app, community="c9").get(f"/x/{self.plugin.id}/")).status_code == 404

    async def test_a_neighbourhood_sees_nothing_of_another(self, x: X) -> None:
        await self.town(x)
        await self.make(x)
        other = x.second_community()
        for hook in self.plugin.jobs:
            await other.job(hook.name)
        for one in self.plugin.manifest.contributes.nav:
            if one.app == "committee":
                assert (
                    WANG not in (await other.client("committee").get(f"/x/{self.plugin.id}{one.path}")).text
                )

    async def test_drafts_that_are_not_its_own_pass_its_filters(self, x: X) -> None:
        await self.town(x)
        asked = {hook.about for hook in self.plugin.filters}
        for point in (one for one in asked if one.name.startswith("case.")):
            draft: Any = example_of(point, community_id="c1", case_id="somebody's", category="other")
            assert await x.ask(draft) == draft

    async def test_it_hands_out_what_it_has_of_somebody(self, x: X) -> None:
        await self.town(x)
        await self.make(x)
        json.dumps(await x.export(WANG))

    async def test_it_forgets_somebody_wholly_and_may_be_asked_again(self, x: X) -> None:
        await self.town(x)
        await self.make(x)
        for hook in self.plugin.jobs:
            await x.job(hook.name)
        person = x.host.people[WANG]
        await x.erase(WANG)
        x.host.people[WANG] = person
        await x.erase(WANG)

    async def test_who_takes_back_what_he_agreed_to_is_forgotten(self, x: X) -> None:
        await self.town(x)
        await self.make(x)
        for purpose in self.plugin.manifest.purposes:
            await x.revoke(WANG, purpose.id)
        if self.plugin.subject_erase is not None:
            assert x.pair(WANG) not in x.kept(self.plugin)

    async def test_nothing_is_left_when_it_is_removed(self, x: X) -> None:
        await self.town(x)
        await self.make(x)
        await x.lifecycle("uninstall")
        assert x.kept(self.plugin) == "[]"

    async def test_it_names_nobody_in_the_log_waits_for_nothing_and_asks_for_no_more_than_it_said(
        self, x: X
    ) -> None:
        await self.town(x)
        await self.make(x)
        for job in self.plugin.jobs:
            await x.job(job.name)
        for one in self.plugin.manifest.contributes.nav:
            await x.client(one.app, as_=WANG).get(f"/x/{self.plugin.id}{one.path}")
        x.assert_scopes_used_within_manifest()
        x.assert_no_personal_data_in_logs()
        x.assert_no_blocking_calls()


def _pages(plugin: Plugin, app: Any) -> list[str]:
    """The addresses that need nothing to be known."""
    router = plugin.routers.get(app)
    routes = [one for one in router.routes if isinstance(one, APIRoute)] if router else []
    return [one.path for one in routes if "GET" in (one.methods or ()) and "{" not in one.path]


def _guarded(plugin: Plugin) -> list[APIRoute]:
    """The pages that ask for one of its roles."""
    router = plugin.routers.get("committee")
    paths = {path for _role, path in router.guarded} if router else set()
    routes = [one for one in router.routes if isinstance(one, APIRoute)] if router else []
    return [one for one in routes if one.path in paths and one.dependencies]


def _in_both(words: Words) -> bool:
    return bool(words.zh) and bool(words.en)


def _blanks(text: str | None) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text or "") if name}


def _names(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [one.name for one in node.names]
    if isinstance(node, ast.ImportFrom):
        return [node.module or ""]
    return [ast.unparse(node)] if isinstance(node, ast.Attribute) else []
