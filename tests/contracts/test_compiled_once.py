"""What one worker compiled another takes over, and nothing that says something else."""

import pytest
from jinja2 import DictLoader

from app_shell import compiling, words
from tests.compiled_once import Shelf

HELLO = {"hello.html": "{{ _('提交') }}"}


@pytest.fixture
def worker(tmp_path, monkeypatch):
    """`worker()`: another process of the same run, and how often it compiled."""

    def begins(templates=HELLO):
        monkeypatch.setattr(compiling, "COMPILED", Shelf(tmp_path))
        made = compiling.LanguageEnvironment("en", said_once=("_",), loader=DictLoader(templates))
        made.globals["_"] = lambda sentence: words.say(sentence, "en")
        times = []
        monkeypatch.setattr(
            made, "compile", lambda *a, _its=made.compile, **k: times.append(a) or _its(*a, **k)
        )
        return made.get_template("hello.html").render(), len(times)

    return begins


def test_what_one_has_compiled_the_next_takes_over(worker, monkeypatch):
    monkeypatch.setattr(words, "_ENGLISH", {"提交": "Submit"})

    assert [worker(), worker()] == [("Submit", 1), ("Submit", 0)]


def test_of_other_words_or_another_template_it_takes_nothing_over(worker, monkeypatch):
    monkeypatch.setattr(words, "_ENGLISH", {"提交": "Submit"})
    worker()

    assert worker({"hello.html": "edited"}) == ("edited", 1)
    # As many sentences, and one of them is another: within a process they are counted alone.
    monkeypatch.setattr(words, "_ENGLISH", {"提交": "Send"})
    assert worker() == ("Send", 1)
