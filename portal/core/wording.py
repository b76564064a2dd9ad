"""Say the message of a code in a reader's language, for texts that no web page carries.

Mails, the cover of a copy and notices go through here; pages go through Flask-Babel,
which reads the same catalogues. Where a catalogue is not compiled the text is English.
"""

from __future__ import annotations

import gettext
from datetime import date, datetime
from pathlib import Path

from portal.core import clock
from portal.core.messages import MESSAGES

TRANSLATIONS = Path(__file__).resolve().parent.parent / "translations"


def say(code: str, locale: str, /, **values: object) -> str:
    """Return the text of a code in the language, its values filled in."""
    catalogue = gettext.translation("messages", TRANSLATIONS, [locale], fallback=True)
    return catalogue.gettext(MESSAGES[code]) % values


def moment(instant: datetime) -> str:
    """Write an instant as people in Việt Nam do: 22/11/2026 17:05, by the clock of Việt Nam."""
    return instant.astimezone(clock.LOCAL).strftime("%d/%m/%Y %H:%M")


def day_of(day: date) -> str:
    """Write a day as people in Việt Nam do: 22/11/2026."""
    return day.strftime("%d/%m/%Y")
