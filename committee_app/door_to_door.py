"""From door to door of a canvass: where one goes on after one of them, and what is said of it."""

from urllib.parse import urlencode

from app_shell.words import _
from core_db.visits import DoorWritten
from core_db.visits.words import RESULT_WORDS


def way_on(door: DoorWritten) -> str:
    """To where two words have to be decided between; else to the next door; else to the list of the building."""
    if door.differs:
        return f"/visits/{door.visit_id}"
    if door.following is not None:
        return "/visits/new?" + urlencode({"home": door.following.home_id, "canvass": door.canvass_id})
    here = f"/visits/canvasses/{door.canvass_id}"
    return f"{here}?{urlencode({'building': door.building_id})}" if door.building_id else here


def way_on_along(door: DoorWritten, building: str) -> str:
    """The same for whoever has the canvass along: his list, with the next door open; of the building he chose."""
    if door.differs:
        return f"/visits/{door.visit_id}"
    asked = {"building": building} if building else {}
    if door.following is None:
        return f"/visits/away?{urlencode(asked)}" if asked else "/visits/away"
    return f"/visits/away?{urlencode(asked | {'home': door.following.home_id, 'canvass': door.canvass_id})}"


def door_in_words(door: DoorWritten, lang: str) -> str:
    """What was kept of a door, and what comes now."""
    kept = _("{door}已记下：{result}。")
    kept = kept.replace("{door}", door.label).replace("{result}", RESULT_WORDS[door.result].within(lang))
    if door.differs:
        return kept + _("另一个人也记了这一户，有几处不一样，请定下哪一句。")
    if door.following is not None:
        return kept + _("下一户：{door}。").replace("{door}", door.following.label)
    return kept + _("这栋楼今天没有还要敲的门了。")
