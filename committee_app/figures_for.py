"""The figures of a place for whoever asks: as they are, or, of aggregates alone, as they are told this month."""

from datetime import date

from app_shell.work import Work
from core_db.insight import Figures, figures, figures_told, keep_figures

LANGUAGES = ("zh", "en")


async def figures_for(work: Work, place_id: str, since: date, until: date) -> Figures:
    """Worked out once a month for all who read aggregates, in both languages: what is told steps in neither."""
    asked = {"place_id": place_id, "since": since, "until": until}
    if (told := await work.read(figures_told, **asked, lang=work.lang)) is not None:
        return told
    began = work.clock.now()
    found = {work.lang: await work.read(figures, **asked, lang=work.lang)}
    if not found[work.lang].suppressed:
        return found[work.lang]
    for lang in LANGUAGES:
        if lang not in found:
            found[lang] = await work.read(figures, **asked, lang=lang)
    return await work.write(keep_figures, found, began, lang=work.lang)
