"""Templates as they are compiled, for each language apart: what a template says alike at every look is said then.

A sentence, an icon, the address of a file: a page asks for fifty of them, and each call from within a template
costs it more than the sentence does.
"""

from collections.abc import Callable, Collection, Mapping, MutableMapping
from types import CodeType
from typing import Any

from jinja2 import BytecodeCache, Environment, nodes
from jinja2.bccache import Bucket
from jinja2.visitor import NodeTransformer

from app_shell.words import known_sentences


class SaidOnce(NodeTransformer):
    """Puts in place of a call, where nothing that it is given can vary, what it says."""

    def __init__(self, sayings: Mapping[str, Callable[..., str]]) -> None:
        self._sayings = sayings

    def visit_Call(self, call: nodes.Call) -> nodes.Node:  # noqa: N802 - the visitor looks for this name
        self.generic_visit(call)
        say = self._sayings.get(call.node.name) if isinstance(call.node, nodes.Name) else None
        given = [one.value for one in call.args if isinstance(one, nodes.Const)]
        varies = len(given) < len(call.args) or call.kwargs or call.dyn_args or call.dyn_kwargs
        if say is None or varies:
            return call
        return nodes.Const(say(*given), lineno=call.lineno)


class LanguageEnvironment(Environment):
    """The templates of one language; `said_once` are the globals that answer alike whenever they are asked alike."""

    def __init__(self, lang: str, *, said_once: Collection[str], **options: Any) -> None:
        super().__init__(autoescape=True, bytecode_cache=Compiled(lang), **options)
        self._said_once = said_once

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """One plain dictionary for every template: a chain of them costs each import a search."""
        return {**self.globals, **(d or {})}

    def _generate(self, source: Any, name: str | None, filename: str | None, defer_init: bool = False) -> str:
        sayings: dict[str, Any] = {one: self.globals[one] for one in self._said_once}
        return super()._generate(SaidOnce(sayings).visit(source), name, filename, defer_init)


#: What templates were compiled to, for both apps where one process has them; by language, words and file.
COMPILED: dict[str, tuple[str, CodeType | None]] = {}


class Compiled(BytecodeCache):
    """The part of it in one language."""

    def __init__(self, lang: str) -> None:
        self._lang = lang

    def get_cache_key(self, name: str, filename: str | None = None) -> str:
        # An app that comes later brings words: what was compiled before them says their sentences untranslated.
        return f"{self._lang}|{known_sentences()}|{super().get_cache_key(name, filename)}"

    def load_bytecode(self, bucket: Bucket) -> None:
        checksum, code = COMPILED.get(bucket.key, ("", None))
        # A template that was edited has another checksum.
        bucket.code = code if checksum == bucket.checksum else None

    def dump_bytecode(self, bucket: Bucket) -> None:
        COMPILED[bucket.key] = bucket.checksum, bucket.code
