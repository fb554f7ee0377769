"""What was typed and is no command of ours: the sentences of the library, in both languages.

It knows no language but its own, and of what a value should have been it says what its parts say among each other.
"""

from collections.abc import Callable, Mapping

from pydantic import ValidationError
from typer.exceptions import TyperException

from core_db.foundation.drafts import sentences_of

Said = tuple[str, str]


def said_of(fault: TyperException) -> Said:
    """The mistake in a sentence: Chinese, and English."""
    kinds = (kind.__name__ for kind in type(fault).__mro__)
    say = next((_OF_KIND[kind] for kind in kinds if kind in _OF_KIND), _otherwise)
    return say(fault)


def _no_such_option(fault: TyperException) -> Said:
    name = getattr(fault, "option_name", "")
    near = ", ".join(sorted(getattr(fault, "possibilities", None) or ()))
    zh, en = f"没有 {name} 这个选项", f"There is no option {name}"
    return (f"{zh}，也许是 {near}。", f"{en}; perhaps {near}.") if near else (f"{zh}。", f"{en}.")


def _badly_used(fault: TyperException) -> Said:
    name = getattr(fault, "option_name", "")
    if "does not take" in str(fault):
        return f"{name} 后面不跟内容。", f"{name} takes no value."
    return f"{name} 后面少了内容。", f"{name} needs a value."


def _missing(fault: TyperException) -> Said:
    name = _name_of(fault)
    return f"还缺 {name}。", f"{name} is missing."


def _bad_value(fault: TyperException) -> Said:
    name = _name_of(fault)
    zh, en = _about_the_value(fault)
    return (f"{name}：{zh}", f"{name}: {en}") if name else (zh, en)


def _about_the_value(fault: TyperException) -> Said:
    choices = _choices_of(fault)
    if choices:
        return f"请从 {'、'.join(choices)} 中选一个。", f"please choose one of {', '.join(choices)}."
    if isinstance(fault.__cause__, ValidationError):
        zh, en = sentences_of(fault.__cause__.errors(include_url=False, include_input=False)[0])
        return zh, en[:1].lower() + en[1:]
    for words, said in _OF_FILES.items():
        if words in str(fault):
            return said
    return "这一项看不懂，请改一下。", "this cannot be understood; please change it."


def _choices_of(fault: TyperException) -> tuple[str, ...]:
    """What there is to choose from; of a value that is one of a few, and of no other."""
    kind = getattr(getattr(fault, "param", None), "type_descriptor", None)
    return tuple(str(getattr(one, "value", one)) for one in getattr(kind, "choices", None) or ())


def _name_of(fault: TyperException) -> str:
    param = getattr(fault, "param", None)
    return str(param.get_error_hint()).replace("'", "") if param is not None else ""


def _otherwise(fault: TyperException) -> Said:
    said = str(fault)
    quoted = said.split("'")[1] if said.count("'") > 1 else ""
    if said.startswith("No such command"):
        return (
            f"没有 {quoted} 这个命令；有哪些，看 shequyun --help。",
            f"There is no command {quoted}; shequyun --help names those there are.",
        )
    if said.startswith("Got unexpected extra"):
        more = said.partition("(s) (")[2].rstrip(").")
        return f"多出了 {more}。", f"{more} is too much."
    if said.startswith("Missing command"):
        return "还缺一个命令；有哪些，看 --help。", "A command is missing; --help names those there are."
    return f"这个命令看不懂：{said}", f"This cannot be understood: {said}"


#: The library hides its kinds; each is known by its name.
_OF_KIND: Mapping[str, Callable[[TyperException], Said]] = {
    "NoSuchOption": _no_such_option, "BadOptionUsage": _badly_used, "MissingParameter": _missing,
    "BadParameter": _bad_value,
}  # fmt: skip
_OF_FILES: Mapping[str, Said] = {
    "does not exist": ("没有这个文件或目录。", "there is no such file or folder."),
    "is a file": ("这是文件，请给一个目录。", "this is a file; please name a folder."),
    "is a directory": ("这是目录，请给一个文件。", "this is a folder; please name a file."),
    "is not readable": ("没有读它的权限。", "you may not read it."),
    "is not writable": ("没有写它的权限。", "you may not write it."),
}
