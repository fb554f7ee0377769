"""What stands between installing a plugin and its running: said step by step to whoever installed it."""

from collections.abc import Sequence

from app_shell.commands.voice import language
from plugins.sdk.manifest import Manifest


def next_steps(manifest: Manifest, *, before: Sequence[str]) -> list[str]:
    """What has to be done until it runs, by whom, in order and in the language of whoever reads it."""
    steps = []
    if manifest.storage.mode == "tables":
        steps.append(
            (f"运行 shequyun plugin migrate {manifest.id}。", f"Run `shequyun plugin migrate {manifest.id}`.")
        )
    steps += [
        (
            "停下两个服务，再启动（shequyun serve all，或您用的服务管理）。在这之前运行的还是以前的。",
            "Stop both apps and start them again (shequyun serve all, or your service manager). Until then nothing "
            "of it runs, or still the version before.",
        ),
        (
            "请书记在居委端“管理应用”里看清它要什么，再启用；更新不用再启用，除非它要得更多。",
            "A secretary reads on “Manage apps” what it asks for and switches it on; an update stays on unless it asks "
            "for more.",
        ),
    ]  # fmt: skip
    if duties := [one.text for one in manifest.purposes if one.basis == "public_duty"]:
        zh, en = (
            "；".join(one.within("zh") for one in duties),
            "; ".join(one.within("en") for one in duties),
        )
        steps.append((
            f"它有按法定职责办、不问居民的用途：{zh}。确实是居委的法定职责，才运行 shequyun plugin approve-duty "
            f"{manifest.id}；在这之前它读不到。",
            f"It does by public duty, asking no resident: {en}. Only where that is the committee's duty by law, run "
            f"`shequyun plugin approve-duty {manifest.id}`; until then it reads nothing for it.",
        ))  # fmt: skip
    if new := [one.name for one in manifest.contributes.roles if one.id not in before]:
        zh, en = ("、".join(one.within("zh") for one in new), ", ".join(one.within("en") for one in new))
        steps.append((
            f"请书记在同一页给同事角色：{zh}。没有人有这个角色，它的页面就打不开。",
            f"A secretary gives colleagues its roles on the same page: {en}. "
            "Until somebody holds one, its pages are shut.",
        ))  # fmt: skip
    return [en if language() == "en" else zh for zh, en in steps]
