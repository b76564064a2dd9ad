"""Rows of the codes that were read on pages: what the portal itself printed on its sheets."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.catalogue.readings import LONGEST_CODE
from portal.core.db import Base


class PageCode(Base):
    """One code that the newest reading of a page found on it."""

    __tablename__ = "page_codes"

    page_id: Mapped[str] = mapped_column(ForeignKey("pages.id"), primary_key=True)
    code: Mapped[str] = mapped_column(String(LONGEST_CODE), primary_key=True)
    """As it was printed, `MG1:` and what follows; the child that read it may lie."""
