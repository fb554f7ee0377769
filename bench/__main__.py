"""`python -m bench <which>`: run a bench and keep its figures."""

import argparse
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

DATABASE: dict[str, Any] = {"choices": ("sqlite", "postgres"), "default": "sqlite"}
#: What each takes: a number by what it is otherwise, anything else as argparse has it.
BENCHES: Mapping[str, Mapping[str, Any]] = {
    "http": {"database": DATABASE, "seconds": 4.0, "rounds": 3},
    "growth": {"database": DATABASE, "small": 10_000, "large": 1_000_000, "use": {"type": Path}},
    "kill": {"cases": 20_000},
    "overload": {"times": 5.0, "seconds": 8.0},
    "live": {"sockets": 1_000},
    "fanout": {"sockets": 10_000, "events": 24},
    "pages": {"sockets": 1_000},
    "memory": {},
    "pictures": {},
    "sealed": {"people": 50, "rounds": 200},
    "audit": {"events": 1_000_000},
    "sheets": {"rows": 100_000, "csv": {"action": "store_true"}},
    "register": {
        "database": DATABASE, "people": 500_000, "town": 180_000, "rounds": 200, "cpu": {"action": "store_true"},
        "seed-only": {"type": Path}, "use": {"type": Path},
    },
    "plugins": {"rounds": 2_000},
    "chaos": {"seconds": 10.0, "rate": 30.0},
}  # fmt: skip
#: Of these one alone makes sense.
EITHER = {"seed-only", "use"}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench")
    which = parser.add_subparsers(dest="which", required=True)
    for name, options in BENCHES.items():
        bench = which.add_parser(name)
        # A group of none cannot be told of in a help.
        either = bench.add_mutually_exclusive_group() if EITHER & options.keys() else bench
        for option, how in options.items():
            given = how if isinstance(how, dict) else {"type": type(how), "default": how}
            (either if option in EITHER else bench).add_argument(f"--{option}", **given)
    given = vars(parser.parse_args())
    # Imported when asked for: a bench should not need what another one needs.
    import_module(f"bench.{given.pop('which')}").main(**given)


if __name__ == "__main__":
    main()
