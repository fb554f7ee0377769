"""Units and states of a deadline; how the English of a unit is chosen by its number, `numbered` says."""

from collections.abc import Mapping

from core_db.cases.calendar import ClockUnit
from core_db.cases.clocks import ClockState
from core_db.cases.words.base import Words

UNIT_WORDS: Mapping[ClockUnit, Words] = {
    ClockUnit.URGENT_HOUR: Words("小时（不分昼夜）", "[hour|hours], day and night"),
    ClockUnit.WORK_HOUR: Words("工作时", "working [hour|hours]"),
    ClockUnit.WORKDAY: Words("个工作日", "working [day|days]"),
    ClockUnit.NATURAL_DAY: Words("天", "[day|days]"),
}

CLOCK_STATE_WORDS: Mapping[ClockState, Words] = {
    ClockState.RUNNING: Words("计时中", "Running"),
    ClockState.PAUSED: Words("已停表", "Paused"),
    ClockState.MET: Words("按时办结", "In time"),
    ClockState.OVERDUE: Words("已超时", "Overdue"),
}
