"""What each worker of the tests would make for itself, all of them at the same time: made once, before they begin.

Tests as pytest compiles them, and the constants of our modules from which hypothesis draws. Neither has a door for it.
Both are kept where their owner looks for them, under what stood in the file, so nothing old is ever taken for new.
"""

from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

from _pytest.assertion.rewrite import PYC_TAIL, _read_pyc, _rewrite_test, _write_pyc, get_cache_dir
from hypothesis.internal.constants_ast import constants_from_module

from scripts.check import HOUSE, PACKAGES

#: Nothing is asked when an assertion passes (`enable_assertion_pass_hook`), and nobody is told how it goes.
_ASKED: Any = SimpleNamespace(getini=lambda _name: False, trace=lambda _said: None)


def compile_test(test: Path) -> None:
    kept = get_cache_dir(test) / (test.stem + PYC_TAIL)
    if _read_pyc(test, kept) is None:
        kept.parent.mkdir(exist_ok=True)
        source_hash, code = _rewrite_test(test, _ASKED)
        _write_pyc(_ASKED, code, source_hash, kept)


def keep_constants(file: Path) -> None:
    module = ModuleType(file.stem)
    module.__file__ = str(file)
    constants_from_module(module)


def main() -> None:
    tests = [*HOUSE.glob("tests/**/test_*.py"), *HOUSE.glob("tests/**/conftest.py")]
    modules = [file for package in PACKAGES for file in HOUSE.glob(f"{package}/**/*.py")]
    with ProcessPoolExecutor() as cores:
        made = [
            cores.map(compile_test, tests, chunksize=20),
            cores.map(keep_constants, modules, chunksize=50),
        ]
        for each in made:
            # Whatever could not be made is said here.
            list(each)


if __name__ == "__main__":
    main()
