"""A passkey in a real browser: kept once, then the only thing needed to sign in."""

import re

from playwright.sync_api import Page, expect

from tests.browser.windows import OpenWindow


def with_a_key_ring(page: Page) -> None:
    """A device with a finger on it, as Chromium plays one for tests."""
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    device.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
                "isUserVerified": True, "automaticPresenceSimulation": True,
            }
        },
    )  # fmt: skip


def test_a_key_is_kept_and_signs_in_alone(open_window: OpenWindow, town):
    worker = town.worker()
    page = open_window(worker, "/me/passkeys")
    with_a_key_ring(page)

    page.get_by_role("button", name="登记这台设备").click()
    expect(page.get_by_text("通行密钥已登记")).to_be_visible()
    page.goto("/me")
    page.get_by_role("button", name="退出登录").click()
    expect(page).to_have_url(re.compile("/sign-in"))
    page.get_by_role("button", name="用通行密钥登录").click()

    expect(page).not_to_have_url(re.compile("/sign-in"))
    page.goto("/me/passkeys")
    expect(page.get_by_text("最近使用")).to_be_visible()

    page.get_by_role("button", name="删除").click()
    expect(page.get_by_text("它不能再登录")).to_be_visible()


def test_whoever_comes_back_to_the_page_has_his_device_asked_anew(open_window: OpenWindow, town):
    page = open_window(town.worker(), "/me/passkeys")
    answer = page.locator("input[name=credential]")
    answer.evaluate("field => { field.value = 'refused' }")

    # A browser that kept the page as it was says so when it is shown again.
    page.evaluate("window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")

    expect(answer).to_have_value("")


def test_without_a_script_there_is_no_dead_button(open_window: OpenWindow, town):
    page = open_window(None, "/sign-in", app="committee", script=False)

    expect(page.get_by_role("button", name="登录", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="用通行密钥登录")).to_be_hidden()
