"""The list of parts names every package that is locked, and each as it is installed."""

from importlib.metadata import version

from scripts.list_parts import LOCK, bill_of


def test_every_package_of_the_lock_is_in_the_list_with_its_hashes():
    parts = bill_of(LOCK.read_text(encoding="utf-8"))["components"]
    names = [one["name"] for one in parts]

    assert len(names) == len(set(names)) > 40
    assert all(one["hashes"] for one in parts)
    fastapi = next(one for one in parts if one["name"] == "fastapi")
    assert (fastapi["version"], fastapi["purl"]) == (
        version("fastapi"),
        f"pkg:pypi/fastapi@{version('fastapi')}",
    )
