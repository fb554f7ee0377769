"""What bodies are made of: words for every relation, or for places near and far."""

from typing import Any

from core_db.foundation.clock import local_date
from tests.security.knocking import Upload
from tests.security.world import World

NEAR_AND_FAR = {"here": 1, "next door": 2, "other town": 3, "other district": 4}


def said(**words: Any) -> Any:
    return lambda _world: {"-": words}


PEOPLE = {"here": (1, "own"), "next door": (2, "next door"), "other district": (4, "other district")}


def today(world: World) -> str:
    return local_date(world.clock.now()).isoformat()


def at_places(**words: Any) -> Any:
    """The same words, at a neighbourhood near or far, and at the district."""

    def filled(world: World) -> dict[str, Any]:
        places = {f"at: {name}": world.ground.around[n].community.id for name, n in NEAR_AND_FAR.items()}
        places["at: district"] = world.ground.around[1].community.district_id or ""
        return {name: {"place_id": place} | words for name, place in places.items()}

    return filled


def here_and_next_door(world: World) -> dict[str, str]:
    return {
        f"at: {side}": world.ground.around[NEAR_AND_FAR[side]].community.id for side in ("here", "next door")
    }


def for_neighbourhoods(**words: Any) -> Any:
    """The same words, for the neighbourhood here and for the next one."""
    return lambda world: {
        name: {"community_id": one} | words for name, one in here_and_next_door(world).items()
    }


def for_either(**words: Any) -> Any:
    """The same words without saying for which neighbourhood, and for the one here and the next one."""
    return lambda world: (
        {"-": words}
        | {f"- {name}": {"community_id": one} | words for name, one in here_and_next_door(world).items()}
    )


def a_table(world: World) -> dict[str, Any]:
    """Somebody new, for the register of here and of the next neighbourhood."""
    rows = "姓名,地址\n新来的人,1号101室\n".encode()
    return {name: Upload(rows, {"community_id": one}) for name, one in here_and_next_door(world).items()}


def two(first: str, second: str) -> Any:
    """Two entries of here, and of the next neighbourhood."""
    return lambda world: {
        f"at: {side}": {first: world.rights.ids["one"][side], second: world.rights.ids["other"][side]}
        for side in ("here", "next door")
    }
