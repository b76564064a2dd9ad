"""Requests of the demo in all states: submitted, granted, refused, revoked, and ended by itself.

After `seed` has brought the papers. The citizen asks and the approver decides, who set no
level; leave that has ended was given for a minute, for no clock is turned back. One rule grants at once.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum

from sqlalchemy import exists, select

from portal.access import auto_rules, basket, decisions, requests, rulebook
from portal.access.answers import Answers
from portal.access.auto_rules import Wanted
from portal.access.results import RequestView
from portal.access.terms import TermKind
from portal.accounts import details, identity, people
from portal.accounts.actors import Actor
from portal.accounts.details import Details
from portal.accounts.roles import Role
from portal.catalogue import tree
from portal.catalogue.models import Page
from portal.core import clock
from portal.core.db import db
from portal.core.errors import NotFoundError
from portal.demo import documents
from portal.ingest.models import Batch, Scan
from portal.jobs import ledger
from portal.jobs.errors import NotReadyError
from portal.jobs.handlers import Apply, Claim

JOB = "demo.requests"
NEXT = "demo.serving"
"""What follows when all is asked; `serving` does it."""
SECONDS_TO_WAIT = 5.0
PRIORITY = 160
"""Behind the papers, which come first."""
SHORT_LEAVE = timedelta(minutes=1)


class Outcome(StrEnum):
    """What becomes of a request."""

    SUBMITTED = "submitted"
    GRANTED = "granted"
    REFUSED = "refused"
    REVOKED = "revoked"
    ENDED = "ended"
    REDACTED = "redacted"
    """Waits until a redacted version is there (`serving`), which is granted then."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for, why, and what the approver says."""

    outcome: Outcome
    file_names: tuple[str, ...]
    purpose: str
    answer: str = ""
    kind: str = "rights"
    """Code of the kind of purpose in the rulebook, and of the form of use."""
    form: str = "copy"


WISHES = (
    Wish(
        Outcome.GRANTED,
        ("2009-29-pa-ubnd.pdf",),
        "Tra cứu phương án bồi thường của gia đình để làm thủ tục cấp lại giấy chứng nhận.",
        "Người yêu cầu là người có quyền lợi liên quan, mục đích chính đáng.",
    ),
    Wish(
        Outcome.REFUSED,
        ("2016-07-ds-snv.pdf",),
        "Muốn biết những ai trong xã đã được cử đi học.",
        "Danh sách có thông tin về nhân thân của nhiều người, mục đích nêu ra chưa đủ để cho xem.",
        kind="other",
        form="read_online",
    ),
    Wish(
        Outcome.REVOKED,
        ("1997-11-bb-ubnd.pdf",),
        "Viết lịch sử thôn Gò Chùa, cần biên bản họp dân năm 1997.",
        "Phục vụ nghiên cứu lịch sử địa phương.",
        kind="research",
    ),
    Wish(
        Outcome.ENDED,
        ("2010-05-ds-ubnd.pdf",),
        "Đối chiếu số thửa đất của gia đình với danh sách thu hồi đất.",
        "Cho xem tại chỗ trong thời gian ngắn để đối chiếu.",
        form="read_online",
    ),
    Wish(
        Outcome.REDACTED,
        ("1999-02-ds-tccq.pdf",),
        "Nghiên cứu tổ chức bộ máy cấp huyện trong những năm đầu sau khi tách tỉnh.",
        "Cho xem bản đã che họ tên: số liệu biên chế đủ cho việc nghiên cứu.",
        kind="research",
        form="read_online",
    ),
    Wish(
        Outcome.SUBMITTED,
        ("ho-so-den-bu.pdf", "2020-301-qd-sgddt.pdf"),
        "Hoàn thiện hồ sơ hưởng chế độ và đối chiếu diện tích vườn quế của gia đình.",
    ),
)
COVERED = "1994-15-bc-tccq.pdf"
"""A paper that a rule grants as soon as somebody asks for it: the body that made it has long ended."""

IN_BASKET = ("2016-07-ds-snv.pdf", "1997-11-bb-ubnd.pdf", COVERED)
"""What the citizen has put aside, to ask for it once more, and what a rule grants at once."""

RULE = Wanted(
    place="P02",
    name_vi="Tài liệu của Ban Tổ chức Chính quyền trước khi chấm dứt hoạt động",
    name_en="Records of the Government Organisation Board from before it ended",
    legal_basis="Quy định nội bộ của lưu trữ lịch sử tỉnh Sơn Hà (minh họa)",
    days=30,
    valid_from=None,
    valid_to=None,
    with_copy=True,
    last_year=2004,
    use_forms=("read_online", "copy"),
)
RULE_DAYS = 365

CITIZEN = Details("001090000017", workplace="Thôn Gò Chùa, xã Bình Quế")
"""Invented, and confirmed: rules grant nothing to whom nobody has confirmed."""

WHY_REVOKED = "Phát hiện thông tin người yêu cầu khai chưa đúng, tạm dừng để xác minh."


def address_of(role: Role) -> str:
    """Return the address of the demo account with that role."""
    return f"{role.value}@demo.local"


def actor(role: Role) -> Actor:
    """Return the demo account with that role as the actor of verbs.

    Raises:
        NotFoundError: the demo was removed.
    """
    return people.actor_of(address_of(role))


def ask(claim: Claim) -> Apply:
    """Have everything asked for once its papers have pages.

    Raises:
        NotReadyError: a paper has not been split yet.
    """
    try:
        actor(Role.CITIZEN)
    except NotFoundError:
        return _nothing
    wanted = [*(name for wish in WISHES for name in wish.file_names), COVERED]
    ids = {name: document_of(name) for name in wanted}
    missing = next((name for name, one in ids.items() if one is None), None)
    if missing is not None:
        raise NotReadyError("no_pages_yet", seconds=SECONDS_TO_WAIT, title=missing)
    return lambda: _ask({name: one for name, one in ids.items() if one})


def _nothing() -> None:
    """Leave everything as it is: the demo was removed."""


def _ask(ids: dict[str, str]) -> None:
    citizen = actor(Role.CITIZEN)
    for wish in WISHES:
        wanted = [ids[name] for name in wish.file_names]
        _decide(wish, requests.submit(citizen, wanted, wish.purpose, _answers(wish)))
    basket.merge(citizen, [ids[name] for name in IN_BASKET])
    _confirm(citizen)
    _make_rule()
    ledger.enqueue(NEXT, JOB, priority=PRIORITY)


def _confirm(citizen: Actor) -> None:
    archivist = actor(Role.ARCHIVIST)
    details.write(citizen, CITIZEN)
    if citizen.id is not None:
        identity.confirm(archivist, citizen.id, identity.look(archivist, citizen.id).seen)


def _make_rule() -> None:
    """Have a rule proposed by the archivist and approved by the approver; its papers have their level."""
    today = clock.today()
    wanted = replace(RULE, valid_from=today, valid_to=today + timedelta(days=RULE_DAYS))
    proposed = auto_rules.propose(actor(Role.ARCHIVIST), wanted)
    auto_rules.approve(actor(Role.APPROVER), proposed.id)


def _answers(wish: Wish) -> Answers:
    """Return what the citizen chose from the rulebook as it holds today, the undertaking accepted."""
    held = rulebook.undertaking()
    return Answers(
        purpose_kind=_term(TermKind.PURPOSE, wish.kind),
        use_form=_term(TermKind.USE_FORM, wish.form),
        undertaking=held.id if held else "",
        undertaken_at=clock.now() if held else None,
    )


def _term(kind: TermKind, code: str) -> str:
    return next((term.id for term in rulebook.terms(kind) if term.code == code), "")


def _decide(wish: Wish, asked: RequestView) -> None:
    approver = actor(Role.APPROVER)
    if wish.outcome in (Outcome.SUBMITTED, Outcome.REDACTED):
        return
    for item in asked.items:
        if wish.outcome is Outcome.REFUSED:
            decisions.refuse(approver, item.id, wish.answer)
            continue
        until = clock.now() + SHORT_LEAVE if wish.outcome is Outcome.ENDED else None
        given = decisions.grant(approver, item.id, wish.answer, until)
        if wish.outcome is Outcome.REVOKED and given.grant is not None:
            decisions.revoke(approver, given.grant.id, WHY_REVOKED)


def document_of(file_name: str) -> str | None:
    """Return the document of a demo paper, None while it is not there or has no pages."""
    fonds = tree.fonds_by_code(documents.by_file_name(file_name).agency.fonds_code)
    return db.session.scalar(
        select(Scan.document_id)
        .join(Batch, Batch.id == Scan.batch_id)
        .where(
            Scan.file_name == file_name,
            Batch.fonds_id == (fonds.id if fonds else None),
            exists().where(Page.document_id == Scan.document_id),
        )
        .limit(1)
    )
