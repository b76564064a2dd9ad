"""What this installation says of itself: the province, how to reach the archive, texts of its own.

The newest row of a key holds; where there is none, or it is empty, the environment does, and for
texts the words that the portal brings. `portal.site` writes the rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from sqlalchemy import String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column

from portal.core import clock, house
from portal.core.db import Base, Instant, Text, db

VIETNAMESE = "vi"
LONGEST = 20_000


class Key(StrEnum):
    """What can be said."""

    PROVINCE = "province"
    EMBLEM = "emblem"
    ADDRESS = "address"
    HOURS = "hours"
    PHONE = "phone"
    EMAIL = "email"
    NOTICE = "notice"
    CONTACT = "contact"
    PRIVACY = "privacy"
    ACCESSIBILITY = "accessibility"
    CONDITIONAL = "conditional"
    LETTER_ABOVE = "letter_above"
    LETTER_SYMBOL = "letter_symbol"
    LETTER_PLACE = "letter_place"
    LETTER_SIGNER = "letter_signer"


TEXTS = (Key.NOTICE, Key.CONTACT, Key.PRIVACY, Key.ACCESSIBILITY, Key.CONDITIONAL)
"""Texts of several paragraphs, in Markdown: the notice on the home page, and those of the about pages."""


LETTERHEAD = (Key.LETTER_ABOVE, Key.LETTER_SYMBOL, Key.LETTER_PLACE, Key.LETTER_SIGNER)
"""What stands on official letters beside the archive's name: the body above it, its symbol in numbers, the
place before the date, and the office of who signs."""


class SiteValue(Base):
    """One version of what is said under a key, from the instant it was saved until the next one."""

    __tablename__ = "site_values"
    __table_args__ = (UniqueConstraint("key", "version", name="uq_site_values_key_version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(20))
    version: Mapped[int]
    value: Mapped[str] = mapped_column(Text(LONGEST))
    """In Vietnamese, or the only one where it has no language."""
    value_en: Mapped[str] = mapped_column(Text(LONGEST), default="")
    valid_from: Mapped[datetime] = mapped_column(Instant(), default=clock.now)
    valid_to: Mapped[datetime | None] = mapped_column(Instant())
    changed_by: Mapped[str | None] = mapped_column(String(10))


@dataclass(frozen=True, slots=True)
class Nameplate:
    """All of it in one language; empty where nothing is said."""

    province: str
    emblem: str = ""
    """SHA-256 of a PNG in the store of originals."""
    address: str = ""
    hours: str = ""
    phone: str = ""
    email: str = ""
    texts: Mapping[str, str] = field(default_factory=dict)
    """Markdown by key."""
    letterhead: Mapping[str, str] = field(default_factory=dict)
    """By key; empty where nothing is said."""


def of_environment() -> Nameplate:
    """Return what the settings of this process say, asking no database."""
    settings = house.settings()
    return Nameplate(
        province=settings.province,
        address=settings.contact_address,
        phone=settings.contact_phone,
        email=settings.contact_email,
    )


def read(locale: str) -> Nameplate:
    """Return what holds now, read by one small query, so that every process sees a change at once."""
    rows = db.session.execute(
        select(SiteValue.key, SiteValue.value, SiteValue.value_en).where(SiteValue.valid_to.is_(None))
    )
    said = {row.key: _in(locale, row.value, row.value_en) for row in rows}
    base = of_environment()
    return Nameplate(
        province=said.get(Key.PROVINCE) or base.province,
        emblem=said.get(Key.EMBLEM, ""),
        address=said.get(Key.ADDRESS) or base.address,
        hours=said.get(Key.HOURS, ""),
        phone=said.get(Key.PHONE) or base.phone,
        email=said.get(Key.EMAIL) or base.email,
        texts={key.value: said.get(key, "") for key in TEXTS},
        letterhead={key.value: said.get(key, "") for key in LETTERHEAD},
    )


def _in(locale: str, value: str, value_en: str) -> str:
    return value if locale == VIETNAMESE else value_en or value
