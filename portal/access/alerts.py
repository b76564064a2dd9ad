"""Look through the log of reading: tell of whoever looks at unusually many pages, and forget what is over.

How many are unusual, and how long the log is kept, are dated values.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from portal.access import addresses
from portal.accounts import notices, people
from portal.accounts.actors import PORTAL
from portal.accounts.roles import PERMISSIONS, Permission, Role
from portal.audit import trail
from portal.core import clock, dated
from portal.jobs.handlers import Claim
from portal.rights import reads

JOB = "access.reads"
EVERY_SECONDS = 300


def watch(_claim: Claim) -> Callable[[], None]:
    """Look through the last hour, and delete rows past their time, as periodic work."""
    return _look


def _look() -> None:
    for person_id, (role, pages) in reads.busy(clock.now() - timedelta(hours=1)).items():
        is_reader = role == Role.CITIZEN.value
        most = int(dated.value(dated.READS_PER_HOUR if is_reader else dated.STAFF_READS_PER_HOUR))
        if pages > most and reads.alert(person_id, role, pages, most):
            trail.record(PORTAL, "reads.alert", "person", person_id, pages=pages, most=most)
            _tell(person_id, pages, most)
    reads.forget(int(dated.value(dated.READ_LOG_YEARS)))


def _tell(person_id: str, pages: int, most: int) -> None:
    """Tell those who read the trail, but for the person meant; names do not belong in mails."""
    roles = [role for role in Role if Permission.READ_AUDIT in PERMISSIONS[role]]
    for told in (one for role in roles for one in people.ids_of(role) if one != person_id):
        notices.tell(told, "bulk_reading", addresses.of_reader(person_id), pages=pages, most=most)
