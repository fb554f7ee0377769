"""`python -m bench <which>`: run a bench and keep its figures."""

import argparse
from pathlib import Path


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench")
    which = parser.add_subparsers(dest="which", required=True)
    http = which.add_parser("http")
    http.add_argument("--database", choices=("sqlite", "postgres"), default="sqlite")
    http.add_argument("--seconds", type=float, default=4)
    http.add_argument("--rounds", type=int, default=3)
    growth = which.add_parser("growth")
    growth.add_argument("--database", choices=("sqlite", "postgres"), default="sqlite")
    growth.add_argument("--small", type=int, default=10_000)
    growth.add_argument("--large", type=int, default=1_000_000)
    growth.add_argument("--use", type=Path)
    kill = which.add_parser("kill")
    kill.add_argument("--cases", type=int, default=20_000)
    overload = which.add_parser("overload")
    overload.add_argument("--times", type=float, default=5)
    overload.add_argument("--seconds", type=float, default=8)
    live = which.add_parser("live")
    live.add_argument("--sockets", type=int, default=1_000)
    fanout = which.add_parser("fanout")
    fanout.add_argument("--sockets", type=int, default=10_000)
    fanout.add_argument("--events", type=int, default=24)
    pages = which.add_parser("pages")
    pages.add_argument("--sockets", type=int, default=1_000)
    which.add_parser("memory")
    which.add_parser("pictures")
    sealed = which.add_parser("sealed")
    sealed.add_argument("--people", type=int, default=50)
    sealed.add_argument("--rounds", type=int, default=200)
    audit = which.add_parser("audit")
    audit.add_argument("--events", type=int, default=1_000_000)
    sheets = which.add_parser("sheets")
    sheets.add_argument("--rows", type=int, default=100_000)
    sheets.add_argument("--csv", action="store_true")
    register = which.add_parser("register")
    register.add_argument("--database", choices=("sqlite", "postgres"), default="sqlite")
    register.add_argument("--people", type=int, default=500_000)
    register.add_argument("--town", type=int, default=180_000)
    register.add_argument("--rounds", type=int, default=200)
    register.add_argument("--cpu", action="store_true")
    kept = register.add_mutually_exclusive_group()
    kept.add_argument("--seed-only", type=Path)
    kept.add_argument("--use", type=Path)
    plugins = which.add_parser("plugins")
    plugins.add_argument("--rounds", type=int, default=2_000)
    chaos = which.add_parser("chaos")
    chaos.add_argument("--seconds", type=float, default=10)
    chaos.add_argument("--rate", type=float, default=30)
    given = vars(parser.parse_args())
    _run(given.pop("which"), given)


def _run(which: str, given: dict[str, object]) -> None:
    """Imported when asked for: a bench should not need what another one needs."""
    from importlib import import_module

    import_module(f"bench.{which}").main(**given)


if __name__ == "__main__":
    main()
