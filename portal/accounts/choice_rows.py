"""The row of what a person chose about mails and short messages."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Base


class NoticeChoice(Base):
    """One kind of message that a person switched on or off; without a row the default of the kind holds."""

    __tablename__ = "notice_choices"
    __table_args__ = (
        CheckConstraint("kind IN ('reminders','copies','endings','calendar','reviews','sms')", name="kind"),
    )

    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(12), primary_key=True)
    is_on: Mapped[bool]
