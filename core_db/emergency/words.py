"""The words of looking in an emergency, in both languages."""

from collections.abc import Mapping

from core_db.emergency.model import EmergencyReason, Verdict

REASON_WORDS: Mapping[EmergencyReason, tuple[str, str]] = {
    EmergencyReason.LIFE: ("有人身危险、突发疾病", "Danger to life, sudden illness"),
    EmergencyReason.MISSING: ("走失、联系不上", "Missing, cannot be reached"),
    EmergencyReason.FIRE: ("火灾、燃气泄漏", "Fire, gas"),
    EmergencyReason.DISASTER: ("台风、积水等灾害", "Typhoon, flood or other disaster"),
    EmergencyReason.VIOLENCE: ("家庭暴力、侵害", "Violence, abuse"),
    EmergencyReason.OTHER: ("其他紧急情况", "Another emergency"),
}
VERDICT_WORDS: Mapping[Verdict, tuple[str, str]] = {
    Verdict.JUSTIFIED: ("应当看", "It was right"),
    Verdict.NOT_JUSTIFIED: ("不应当看", "It was not right"),
}
