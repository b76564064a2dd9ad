"""How much a reader sends to one request on a day: what is more than that waits until tomorrow.

Asked by `correspondence` under the lock of the request. The answer to a question is never held up; its
files count as others do. The staff are held to nothing.
"""

from __future__ import annotations

from datetime import datetime, time

from sqlalchemy import func, select

from portal.access.attachment_rows import Attachment
from portal.access.models import MessageKind, RequestMessage
from portal.core import clock, dated
from portal.core.db import db
from portal.core.errors import InvalidError


def check(request_id: str, kind: MessageKind, files: int) -> None:
    """Raise where one more message of the reader's, with so many files, would be too much today.

    Raises:
        InvalidError: `most` says how many there may be on a day.
    """
    today = datetime.combine(clock.today(), time(), clock.LOCAL)
    of_reader = (
        RequestMessage.request_id == request_id,
        RequestMessage.by_staff.is_(False),
        RequestMessage.at >= today,
    )
    if kind is not MessageKind.ANSWER:
        most = int(dated.value(dated.REQUEST_MESSAGES_PER_DAY))
        sent = db.session.scalar(
            select(func.count())
            .select_from(RequestMessage)
            .where(*of_reader, RequestMessage.kind != MessageKind.ANSWER.value)
        )
        if (sent or 0) >= most:
            raise InvalidError(
                "too_many_messages_today", fields={"text": "too_many_messages_today"}, most=most
            )
    if files:
        most = int(dated.value(dated.REQUEST_FILES_PER_DAY))
        came = db.session.scalar(
            select(func.count())
            .select_from(Attachment)
            .join(RequestMessage, RequestMessage.id == Attachment.message_id)
            .where(*of_reader)
        )
        if (came or 0) + files > most:
            raise InvalidError("too_many_files_today", fields={"files": "too_many_files_today"}, most=most)
