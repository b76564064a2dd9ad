"""How much a person may send: at once, and within a day. The limits are dated values."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select

from portal.core import clock, dated
from portal.core.db import db
from portal.core.errors import InvalidError
from portal.ingest.upload_rows import Upload
from portal.ingest.upload_states import UploadState

GIGABYTE = 1024**3
DAY = timedelta(days=1)


def require(person_id: str, length: int) -> None:
    """See that a person may begin one more upload.

    Args:
        length: in bytes.

    Raises:
        InvalidError: too much of theirs is begun and not finished, or came within the last 24 hours.
    """
    mine = Upload.person_id == person_id
    size = func.coalesce(func.sum(Upload.length), 0)
    number, begun = db.session.execute(
        select(func.count(), size).where(mine, Upload.state == UploadState.BEGUN.value)
    ).one()
    most_files, most = int(dated.value(dated.UPLOAD_FILES)), int(dated.value(dated.UPLOAD_GIGABYTES))
    if number >= most_files or begun + length > most * GIGABYTE:
        raise InvalidError("upload_quota", files=most_files, gigabytes=most)
    require_day(person_id, length)


def require_day(person_id: str, length: int) -> None:
    """See that a person may send so much more within a day.

    Args:
        length: in bytes.

    Raises:
        InvalidError: too much of theirs came within the last 24 hours.
    """
    # What was cancelled came, too: who begins and cancels without end keeps the server busy.
    size = func.coalesce(func.sum(Upload.length), 0)
    mine = Upload.person_id == person_id
    today = db.session.scalar(select(size).where(mine, Upload.created_at > clock.now() - DAY)) or 0
    most = int(dated.value(dated.UPLOAD_GIGABYTES_PER_DAY))
    if today + length > most * GIGABYTE:
        raise InvalidError("upload_day_quota", gigabytes=most)
