"""A worker's morning: the desk, three doors without a network, one becomes a case, and the month's form goes out."""

import re
from datetime import timedelta
from io import BytesIO
from pathlib import Path

from openpyxl import load_workbook
from playwright.sync_api import expect

from core_db.foundation.clock import local_date
from core_db.ledgers import (
    FieldsDraft,
    FormDraft,
    PublishDraft,
    add_fields,
    draft_form,
    form_shown,
    publish_form,
)
from core_db.visits import PlanDraft, plan_visits, visits_of
from tests.browser.windows import lose_the_line

#: A mobile number of the town's people, and no part of an id.
A_NUMBER = re.compile(r"(?<![0-9a-f])138[\d*]{8}(?![0-9a-f])")

#: How many letters wait on the telephone.
WAITING = """async () => {
        const base = await new Promise((resolve) => {
            const opening = indexedDB.open("shequyun", 1);
            opening.onupgradeneeded = () => opening.result.createObjectStore("outbox", { keyPath: "key" });
            opening.onsuccess = () => resolve(opening.result);
        });
        const count = await new Promise((resolve) => {
            const asked = base.transaction("outbox").objectStore("outbox").count();
            asked.onsuccess = () => resolve(asked.result);
        });
        base.close();
        return count;
    }"""


def kept(page):
    """What the service worker keeps of the round."""
    return page.evaluate("""async () => {
        const found = await (await caches.open("round-1")).match("/visits/away");
        return found ? found.text() : "";
    }""")


def kept_at_last(page):
    """The same as soon as it keeps something, for fifteen seconds."""
    return page.evaluate("""async () => {
        const round = await caches.open("round-1");
        for (let times = 0; times < 300; times += 1) {
            const found = await round.match("/visits/away");
            if (found) return found.text();
            await new Promise((resolve) => setTimeout(resolve, 50));
        }
        return "";
    }""")


def waiting_at_last(page):
    """How many letters wait when none should any more, or after fifteen seconds."""
    return page.evaluate(f"""async () => {{
        const waiting = {WAITING};
        for (let times = 0; times < 300 && await waiting(); times += 1) {{
            await new Promise((resolve) => setTimeout(resolve, 50));
        }}
        return waiting();
    }}""")


def knock(page, door, result, *, words="", tick=None):
    stop = page.locator("details").filter(has=page.locator("summary", has_text=door))
    stop.locator("summary").click()
    stop.get_by_label(result).check()
    if tick:
        stop.get_by_label(tick).check()
    if words:
        stop.get_by_label("记录").fill(words)
    stop.get_by_role("button", name="记下").click()
    expect(stop.locator(".form-note")).to_contain_text("已替您存好")
    stop.locator("summary").click()


def a_form_of_every_month(town):
    """Whom the neighbourhood's own ledger asks about, of which the register knows all."""
    secretary, today = town.secretary(name="走访书记"), local_date(town.clock.now())
    draft = FormDraft(
        place_id=town.community.id, name="走访登记表", family="service", basis="居委会自用", cycle="month", due_day=31,
        row_kind="person", valid_from=today, valid_to=today + timedelta(days=300),
    )  # fmt: skip
    form = town.do(draft_form, draft, by=secretary)
    town.do(add_fields, form.id, FieldsDraft(catalogue=("person.name", "person.phone")), by=secretary)
    version = town.see(form_shown, form.id, by=secretary).line.form.version
    town.do(publish_form, form.id, PublishDraft(seen="yes", version=version), by=secretary)
    return form.name


def export_the_months_form(page, form, name):
    """From the desk to the form, which is filled already, and out of it as a table with numbers masked."""
    page.goto("/desk")
    page.get_by_role("link", name="台账和报表").click()
    page.get_by_role("button", name=f"开始填 {form}").click()
    # Others of this neighbourhood may fill its first page; the table holds them all.
    expect(page.locator("tbody tr").first).to_be_visible()
    with page.expect_download() as coming:
        page.get_by_role("link", name="下载（号码打星）").click()
    table = BytesIO(Path(coming.value.path()).read_bytes())
    rows = list(load_workbook(table).active.iter_rows(values_only=True))
    (own,) = [row for row in rows if name in row]
    assert any("****" in str(cell) for cell in own), own


def test_three_doors_without_a_network_are_there_when_it_is_back_and_one_becomes_a_case(
    open_window, town, words
):
    worker = town.worker(name="走访小张")
    names = ("走访王", "走访李", "走访赵")
    people = [town.resident(of=home, name=name) for home, name in zip(town.homes[:3], names, strict=True)]
    plan = PlanDraft(
        name="早上这一圈", grade="high_risk", whom="persons", subjects=tuple(one.person_id for one in people)
    )
    town.do(plan_visits, plan, by=worker)
    written = words("厨房水管漏水，想请人来修")
    form = a_form_of_every_month(town)

    page = open_window(worker, "/desk")
    page.get_by_role("link", name="今天走访", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("今天的走访")
    expect(page.locator("#round")).to_contain_text("走访王")
    page.get_by_role("link", name="带着走").click()
    html = kept_at_last(page)
    assert "101室" in html
    assert [said for said in names if said in html] == [], "no whole name is kept"
    assert A_NUMBER.findall(html) == [], "no number is kept, masked or not"

    lose_the_line(page)
    page.goto("/visits/away")
    knock(page, "101室 走", "见到了", words=written, tick="家里要修")
    knock(page, "102室 走", "没人在家")
    knock(page, "201室 走", "见到了", tick="一切都好")
    assert page.evaluate(WAITING) == 3

    page.context.set_offline(False)
    page.wait_for_function("() => document.getElementById('line-state').textContent.includes('已经送出')")
    assert waiting_at_last(page) == 0
    assert town.see(visits_of, person_id=people[1].person_id, by=worker)[0].result == "nobody_home"

    (visit,) = town.see(visits_of, person_id=people[0].person_id, by=worker)
    page.goto(f"/visits/{visit.id}")
    page.get_by_role("button", name="看记录").click()
    expect(page.locator("#text")).to_contain_text(written)
    page.locator("summary", has_text="录成案件").click()
    page.get_by_role("button", name="录入").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("厨房水管漏水")
    page.get_by_role("link", name="看这次走访").click()
    page.wait_for_url(f"**/visits/{visit.id}")

    export_the_months_form(page, form, "走访王")

    page.goto("/me")
    page.get_by_role("button", name="退出登录").click()
    page.wait_for_url("**/sign-in*")
    assert kept(page) == ""
