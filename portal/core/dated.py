"""Values with a legal basis and a validity: periods, lengths, deadlines. Never constants.

The first migration brings the values to begin with; staff add rows, and an old row
stays to explain old decisions.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import Index, String, or_, select
from sqlalchemy.orm import Mapped, mapped_column

from portal.core import clock
from portal.core.db import Base, Text, db
from portal.core.errors import UnavailableError

GRANT_DAYS = "grant_days"
"""How many days a grant lasts where the approver names no end."""

GRANT_DAYS_MOST = "grant_days_most"
"""How many days a grant may last at most."""


GRANT_NOTICE_DAYS = "grant_notice_days"
"""How many days before the end of a grant its holder is told."""

REGISTRATION_HOURS = "registration_hours"
RESET_HOURS = "reset_hours"
INVITATION_HOURS = "invitation_hours"
GUEST_HOURS = "guest_hours"
"""How many hours the link in such a mail can be used."""
RESTORE_DAYS = "restore_days"
"""For how many days a withdrawn batch can be brought back."""

LETTERS_PER_DAY = "letters_per_day"
"""How many mails with a link may be asked for to one address within a day."""

REQUEST_REMINDER_DAYS = "request_reminder_days"
"""How many worked days before a request lapses its reader is reminded of the question."""

HALF_WRITTEN_DAYS = "half_written_days"
"""How many days a request that is half written is kept after its last change."""

SEARCH_COUNT_MONTHS = "search_count_months"
"""For how many months the counts of searches are kept, and the texts of those that found nothing."""

SEARCH_TEXT_TIMES = "search_text_times"
"""How often a text has to be asked within one day to be kept beyond it and shown."""

EVIDENCE_DAYS = "evidence_days"
"""How many days after somebody looked at it evidence of identity is kept."""

EVIDENCE_DAYS_UNCHECKED = "evidence_days_unchecked"
"""How many days it is kept where nobody looks at it."""


ATTACHMENT_DAYS = "attachment_days"
"""How many days after a request ended the files of its messages are kept."""

GUEST_DATA_MONTHS = "guest_data_months"
"""How many months after their last request closed name and address of a guest are kept."""

REQUEST_MESSAGES_PER_DAY = "request_messages_per_day"
REQUEST_FILES_PER_DAY = "request_files_per_day"
"""How many messages, and files with them, a reader may send to one request within a day."""

CHECK_PERCENT = "check_percent"
"""Which share of the pages of a batch a second person looks at, in percent."""

UPLOAD_HOURS = "upload_hours"
"""How many hours after its last part an unfinished upload is kept."""

UPLOAD_FILES = "upload_files"
UPLOAD_GIGABYTES = "upload_gigabytes"
"""How many files, and how much of them, a person may have begun to send and not finished."""
UPLOAD_GIGABYTES_PER_DAY = "upload_gigabytes_per_day"
"""How much a person may send within a day."""

SCAN_DPI_LEAST = "scan_dpi_least"
SCAN_SKEW_MOST = "scan_skew_most"
SCAN_DARK_MOST = "scan_dark_most"
SCAN_CONTRAST_LEAST = "scan_contrast_least"
"""From how few dpi, how many tenths of a degree, how many dark px of 1,000 and how little between paper and
ink (of 255) a scanned page is flagged."""

FILE_NAME_RULE = "file_name_rule"
"""Whether names of files that are not the code of a file, a point and an ordinal are flagged: 2 yes, 1 no."""

APPEAL_DAYS = "appeal_days"
"""For how many days after a refusal its reader can appeal."""

AUTO_RULE_DAYS_MOST = "auto_rule_days_most"
"""For how many days a rule that grants by itself can hold at most."""

READS_PER_HOUR = "reads_per_hour"
STAFF_READS_PER_HOUR = "staff_reads_per_hour"
"""How many pages that are not public a reader, and one of the staff, usually looks at within an hour at
most; whoever looks at more is told of."""

READ_LOG_YEARS = "read_log_years"
"""For how many whole years the log of reading is kept."""


class DatedValue(Base):
    """One value of a key from a day on."""

    __tablename__ = "dated_values"
    __table_args__ = (Index("uq_dated_values_key_from", "key", "valid_from", unique=True),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(60))
    value: Mapped[str] = mapped_column(Text(2000))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    legal_basis: Mapped[str] = mapped_column(Text(300))


def value(key: str, on: date | None = None) -> str:
    """Return the value of the key that is valid on the day (today where none is given).

    Raises:
        UnavailableError: no row is valid on that day.
    """
    day = on or clock.today()
    found = db.session.scalar(
        select(DatedValue.value)
        .where(
            DatedValue.key == key,
            DatedValue.valid_from <= day,
            or_(DatedValue.valid_to.is_(None), DatedValue.valid_to >= day),
        )
        .order_by(DatedValue.valid_from.desc())
        .limit(1)
    )
    if found is None:
        raise UnavailableError("no_dated_value", key=key, day=day.isoformat())
    return found
