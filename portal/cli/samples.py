"""Ids of things that this home holds, one per name in the site's rules, for `flask routes`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import InstrumentedAttribute

from portal.access.appeal_rows import Appeal
from portal.access.attachment_rows import Attachment
from portal.access.auto_rows import AutoRule
from portal.access.exposure_rows import Exposure
from portal.access.letters.rows import IssuedLetter
from portal.access.models import Item, Request
from portal.access.rule_rows import Term
from portal.accounts.absences import Absence
from portal.accounts.lending import Delegation
from portal.accounts.models import Evidence, Person, Proof, ProofKind
from portal.catalogue.models import Agency, Kind, Node, Page, PageState
from portal.catalogue.redaction_rows import Redaction
from portal.catalogue.search_rows import Alias
from portal.core.db import db
from portal.ingest.check_rows import CheckState, PageCheck
from portal.ingest.flag_rows import ArrivalFlag
from portal.ingest.models import Batch, Scan, ScanState
from portal.ingest.secret_rows import SecretHold
from portal.ingest.takeout_rows import Takeout
from portal.ingest.upload_rows import Upload
from portal.jobs.models import Job, JobState
from portal.jobs.rests import QuietHours
from portal.purging.rows import Purge
from portal.rights.models import Grant
from portal.rights.period_rows import ClosurePeriod

SOURCES: Mapping[str, tuple[InstrumentedAttribute[Any], ColumnElement[bool] | None]] = {
    "page_id": (Page.id, None),
    "record_id": (Node.id, Node.kind == Kind.DOCUMENT.value),
    "object_id": (Node.id, Node.kind == Kind.DOCUMENT.value),
    "purge_id": (Purge.id, None),
    "takeout_id": (Takeout.id, None),
    "document_id": (Node.id, Node.kind == Kind.DOCUMENT.value),
    "node_id": (Node.id, Node.kind == Kind.FONDS.value),
    "agency_id": (Agency.id, None),
    "batch_id": (Batch.id, None),
    "failed_id": (Page.id, Page.state == PageState.FAILED.value),
    "quiet_id": (QuietHours.id, None),
    "job_id": (Job.id, Job.state == JobState.DEAD.value),
    "upload_id": (Upload.id, None),
    "check_id": (PageCheck.id, PageCheck.state == CheckState.RESCAN.value),
    "scan_id": (Scan.id, Scan.state == ScanState.REFUSED.value),
    "flag_id": (ArrivalFlag.id, None),
    "hold_id": (SecretHold.id, None),
    "person_id": (Person.id, None),
    "invitation_id": (Proof.id, Proof.kind == ProofKind.INVITATION.value),
    "evidence_id": (Evidence.id, None),
    "request_id": (Request.id, None),
    "item_id": (Item.id, None),
    "grant_id": (Grant.id, None),
    "appeal_id": (Appeal.id, None),
    "attachment_id": (Attachment.id, Attachment.gone_at.is_(None)),
    "redaction_id": (Redaction.id, None),
    "rule_id": (AutoRule.id, None),
    "exposure_id": (Exposure.id, None),
    "letter_id": (IssuedLetter.id, IssuedLetter.body != ""),
    "alias_id": (Alias.id, None),
    "term_id": (Term.id, None),
    "period_id": (ClosurePeriod.id, None),
    "delegation_id": (Delegation.id, None),
    "absence_id": (Absence.id, None),
    "load_id": (Alias.load_id, Alias.load_id.is_not(None)),
}


def known() -> dict[str, str]:
    """Return one id of each kind that the home holds."""
    found: dict[str, str] = {}
    for name, (column, where) in SOURCES.items():
        query = select(column).order_by(column).limit(1)
        one = db.session.scalar(query if where is None else query.where(where))
        if one is not None:
            found[name] = one
    return found
