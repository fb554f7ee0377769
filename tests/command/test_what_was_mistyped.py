"""What was typed and is no command of ours is said in the language of the terminal."""

import pytest


@pytest.mark.parametrize(
    ("words", "zh", "en"),
    [
        (
            ("serve", "nonsense"), "which：请从 resident、committee、all 中选一个。",
            "which: please choose one of resident, committee, all.",
        ),
        (
            ("frob",), "没有 frob 这个命令；有哪些，看 shequyun --help。",
            "There is no command frob; shequyun --help names those there are.",
        ),
        (("serve", "all", "--port", "seven"), "--port：请填写数字。", "--port: please enter a number."),
        (("serve", "all", "--port", "70000"), "--port：不能大于 65534。", "--port: must be at most 65534."),
        (("serve", "all", "--port"), "--port 后面少了内容。", "--port needs a value."),
        (("verify", "--json=3"), "--json 后面不跟内容。", "--json takes no value."),
        (("doctor", "--nope"), "没有 --nope 这个选项。", "There is no option --nope."),
        (("backup",), "还缺 FILE。", "FILE is missing."),
        (("backup", "a", "b"), "多出了 b。", "b is too much."),
    ],
)  # fmt: skip
def test_what_was_mistyped_is_said_in_both_languages(typed, monkeypatch, words, zh, en):
    chinese = typed(*words)
    monkeypatch.setenv("SHEQUYUN_LANGUAGE", "en")
    english = typed(*words)

    assert (chinese.status, english.status) == (2, 2)
    assert (chinese.err.strip(), english.err.strip()) == (zh, en)
