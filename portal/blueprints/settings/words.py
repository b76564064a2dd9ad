"""What the settings are called, what each is for, and where readers meet it."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext

from portal.core.messages.marking import N_
from portal.core.nameplate import Key


@dataclass(frozen=True, slots=True)
class Words:
    """How one setting presents itself."""

    slug: str
    """Its part of the address."""
    name: str
    hint: str
    shown_at: str
    """Endpoint of a page on which readers see it."""


WORDS = {
    Key.PROVINCE: Words(
        "ten-tinh",
        N_("Name of the province"),
        N_(
            "Stands in the head of every page, in mails and on copies. "
            "Left empty, the name from the configuration stands there."
        ),
        "reading.home",
    ),
    Key.EMBLEM: Words(
        "bieu-trung", N_("Emblem"), N_("A picture beside the name, at the top of every page."), "reading.home"
    ),
    Key.ADDRESS: Words(
        "dia-chi", N_("Address of the reading room"), N_("Street, ward, province."), "about.contact"
    ),
    Key.HOURS: Words(
        "gio-mo-cua",
        N_("Opening hours"),
        N_("For example: Monday to Friday, 7:30–11:30 and 13:30–16:30."),
        "about.contact",
    ),
    Key.PHONE: Words("dien-thoai", N_("Telephone"), N_("The number that readers can call."), "about.contact"),
    Key.EMAIL: Words("thu-dien-tu", N_("E-mail address"), N_("Where readers can write to."), "about.contact"),
    Key.NOTICE: Words(
        "thong-bao",
        N_("Notice on the home page"),
        N_(
            "Stands above everything on the home page: holidays, closed days, news. Empty it when it is over."
        ),
        "reading.home",
    ),
    Key.CONTACT: Words(
        "lien-he",
        N_("Text of the contact page"),
        N_(
            "Stands below address and telephone."
            " Left empty, the text that comes with the portal stands there."
        ),
        "about.contact",
    ),
    Key.PRIVACY: Words(
        "quyen-rieng-tu",
        N_("Text of the privacy notice"),
        N_("Takes the place of the text that comes with the portal. Left empty, that text stands there."),
        "about.privacy",
    ),
    Key.ACCESSIBILITY: Words(
        "kha-nang-tiep-can",
        N_("Text of the accessibility statement"),
        N_("Takes the place of the text that comes with the portal. Left empty, that text stands there."),
        "about.accessibility",
    ),
    Key.CONDITIONAL: Words(
        "tiep-can-co-dieu-kien",
        N_("Text on conditional records"),
        N_("Takes the place of the text that comes with the portal. Left empty, that text stands there."),
        "about.conditional",
    ),
    Key.LETTER_ABOVE: Words(
        "co-quan-chu-quan",
        N_("Body above the archive"),
        N_("Stands at the top left of official letters, above the archive's name. Left empty, nothing does."),
        "lettering.wordings",
    ),
    Key.LETTER_SYMBOL: Words(
        "ky-hieu-van-ban",
        N_("Symbol in the numbers of letters"),
        N_("For example LTLS: letters are then numbered 15/TB-LTLS."),
        "lettering.wordings",
    ),
    Key.LETTER_PLACE: Words(
        "dia-danh", N_("Place on letters"), N_("Stands before the date of letters."), "lettering.wordings"
    ),
    Key.LETTER_SIGNER: Words(
        "chuc-vu-ky",
        N_("Office of who signs"),
        N_("In capitals. Whoever signs for somebody else changes it on the letter."),
        "lettering.wordings",
    ),
}

KEYS = {words.slug: key for key, words in WORDS.items()}


def name(key: Key) -> str:
    """Return what a setting is called, in the reader's language."""
    text: str = gettext(WORDS[key].name)
    return text


def hint(key: Key) -> str:
    """Return what it is for."""
    text: str = gettext(WORDS[key].hint)
    return text
