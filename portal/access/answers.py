"""What a reader says beside the purpose: its kind, the form of use, who is served first, what they undertake.

Each is a row of the rulebook as it was worded when it was chosen. Before `requests.submit`; `asking` gathers
the answers step by step.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from portal.access import rulebook
from portal.access.models import Request
from portal.access.rule_rows import Term
from portal.access.terms import Standing, TermKind
from portal.core.errors import ConflictError, InvalidError

NEEDS_SCAN = frozenset({"read_online"})
"""Forms of use by their code that what is on paper only does not allow."""


class Evidence(StrEnum):
    """How papers come to the archive, where the rules ask for some."""

    NONE = ""
    SENT = "sent"
    """Pictures of them were sent with the account's data."""
    BROUGHT = "brought"
    """The reader shows them at the reading room."""


@dataclass(frozen=True, slots=True)
class Answers:
    """Ids of terms, empty where nothing was chosen."""

    purpose_kind: str = ""
    use_form: str = ""
    priority: str = ""
    evidence: Evidence = Evidence.NONE
    undertaking: str = ""
    undertaken_at: datetime | None = None


NOTHING = Answers()

CARRIED = ("purpose_kind", "use_form", "priority")
"""What a request that asks again takes along, where the rulebook still has it."""


@dataclass(frozen=True, slots=True)
class AnswersView:
    """The terms themselves, as they were worded then; None where nothing was chosen."""

    purpose_kind: Term | None = None
    use_form: Term | None = None
    priority: Term | None = None
    undertaking: Term | None = None
    undertaken_at: datetime | None = None
    evidence: Evidence = Evidence.NONE


def check(answers: Answers) -> None:
    """Raise where an answer is no term of its kind that holds today.

    Raises:
        InvalidError: `fields` names the one that does not fit.
    """
    for field, kind in _KINDS.items():
        term_id = getattr(answers, field)
        if not term_id:
            continue
        term = rulebook.by_ids([term_id]).get(term_id)
        if term is None or term.kind != kind.value or rulebook.standing(term) is not Standing.HOLDS:
            raise InvalidError("bad_choice", fields={field: "bad_choice"})


def check_chosen(answers: Answers) -> None:
    """Raise where nothing was chosen that the rulebook asks for, or something that does not hold today.

    The undertaking is not looked at: `accept` does that.

    Raises:
        InvalidError: `fields` names the one that is missing or does not fit.
    """
    for field in ("purpose_kind", "use_form"):
        if not getattr(answers, field) and rulebook.terms(_KINDS[field]):
            raise InvalidError("missing", fields={field: "missing"})
    check(replace(answers, undertaking=""))


def accept(term_id: str) -> str:
    """Return the undertaking that was read, where it is still worded so.

    Raises:
        InvalidError: nothing was accepted.
        ConflictError: the undertaking is worded otherwise by now.
    """
    if not term_id:
        raise InvalidError("accept_undertaking", fields={"accepted": "accept_undertaking"})
    held = rulebook.undertaking()
    if held is None or held.id != term_id:
        raise ConflictError("undertaking_changed")
    return held.id


def needs_evidence(answers: Answers) -> list[Term]:
    """Return those of the chosen terms for which the rules ask for papers."""
    chosen = [answers.purpose_kind, answers.use_form, answers.priority]
    terms = rulebook.by_ids([one for one in chosen if one])
    return [terms[one] for one in chosen if one in terms and terms[one].needs_evidence]


def needs_scan(answers: Answers) -> bool:
    """Tell whether the form of use is one that only a scan allows."""
    term = rulebook.by_ids([answers.use_form]).get(answers.use_form)
    return term is not None and term.code in NEEDS_SCAN


def of(row: Request) -> Answers:
    """Return what was answered with a request."""
    return Answers(
        purpose_kind=row.purpose_kind_id or "",
        use_form=row.use_form_id or "",
        priority=row.priority_id or "",
        evidence=Evidence(row.evidence),
        undertaking=row.undertaking_id or "",
        undertaken_at=row.undertaken_at,
    )


def still_good(answers: Answers) -> Answers:
    """Return what of older answers can be given again today; the undertaking is accepted anew."""
    known = rulebook.by_ids(
        [one for one in (answers.purpose_kind, answers.use_form, answers.priority) if one]
    )

    def kept(term_id: str) -> str:
        holds = term_id in known and rulebook.standing(known[term_id]) is Standing.HOLDS
        return term_id if holds else ""

    return Answers(kept(answers.purpose_kind), kept(answers.use_form), kept(answers.priority))


def write(row: Request, answers: Answers) -> None:
    """Keep the answers with a request; they were checked."""
    row.purpose_kind_id = answers.purpose_kind or None
    row.use_form_id = answers.use_form or None
    row.priority_id = answers.priority or None
    row.evidence = answers.evidence.value
    row.undertaking_id = answers.undertaking or None
    row.undertaken_at = answers.undertaken_at


def views(rows: Sequence[Request]) -> dict[str, AnswersView]:
    """Return what was answered with each request, by one query for all."""
    given = {row.id: of(row) for row in rows}
    ids = [
        one
        for each in given.values()
        for one in (each.purpose_kind, each.use_form, each.priority, each.undertaking)
        if one
    ]
    terms = rulebook.by_ids(ids) if ids else {}
    return {request_id: shown(each, terms) for request_id, each in given.items()}


def shown(answers: Answers, terms: dict[str, Term]) -> AnswersView:
    """Return the answers with the terms they name."""
    return AnswersView(
        purpose_kind=terms.get(answers.purpose_kind),
        use_form=terms.get(answers.use_form),
        priority=terms.get(answers.priority),
        undertaking=terms.get(answers.undertaking),
        undertaken_at=answers.undertaken_at,
        evidence=answers.evidence,
    )


_KINDS = {
    "purpose_kind": TermKind.PURPOSE,
    "use_form": TermKind.USE_FORM,
    "priority": TermKind.PRIORITY,
    "undertaking": TermKind.UNDERTAKING,
}
