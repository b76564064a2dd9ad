"""Official letters: worded by rows, numbered for the year, kept as signed, laid out by Decree 30."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path

import docx as python_docx
import pytest
from sqlalchemy import select

from portal.access import decisions, handling, requests
from portal.access.letters import docx, issuing, layout, pdf, wordings
from portal.access.letters.issuing import LetterView, Prepared
from portal.access.letters.kinds import LetterKind
from portal.access.letters.rows import IssuedLetter
from portal.access.letters.wordings import Wording
from portal.access.results import RequestView
from portal.accounts.actors import Actor
from portal.audit import trail
from portal.catalogue import documents
from portal.core.clock import held_at, read_instant
from portal.core.db import db, transaction
from portal.core.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError
from portal.core.ids import new_id
from portal.rights.levels import Level
from tests.unit.access.conftest import PURPOSE, REASON, Shelf, delay

LETTERS = (
    "aáàảãạăắằẳẵặâấầẩẫậbcdđeéèẻẽẹêếềểễệghiíìỉĩịklmnoóòỏõọôốồổỗộơớờởỡợpqrstuúùủũụưứừửữựvxyýỳỷỹỵ"
    "AÁÀẢÃẠĂẮẰẲẴẶÂẤẦẨẪẬBCDĐEÉÈẺẼẸÊẾỀỂỄỆGHIÍÌỈĨỊKLMNOÓÒỎÕỌÔỐỒỔỖỘƠỚỜỞỠỢPQRSTUÚÙỦŨỤƯỨỪỬỮỰVXYÝỲỶỸỴ"
)


@pytest.fixture
def asked(shelf: Shelf, people: dict[str, Actor]) -> RequestView:
    """A request for two documents."""
    documents = [shelf.document(title="Quyết định giao đất"), shelf.document(title="Biên bản họp thôn")]
    with transaction():
        return requests.submit(people["citizen"], documents, PURPOSE)


@pytest.fixture
def decided(asked: RequestView, people: dict[str, Actor]) -> RequestView:
    """The same, one document granted and one refused."""
    with transaction():
        decisions.grant(people["approver"], asked.items[0].id, REASON)
        decisions.refuse(people["approver"], asked.items[1].id, "Có bí mật đời tư của người khác.")
    return requests.show(people["approver"], asked.id)


def issue(actor: Actor, request_id: str, kind: LetterKind) -> LetterView:
    with transaction():
        words = issuing.prepare(actor, request_id, kind)
        return issuing.issue(actor, request_id, kind, replace(words, body=f"{words.body}\nBản {new_id()}."))


def text_of(content: bytes, folder: Path) -> str:
    file = folder / "letter.pdf"
    file.write_bytes(content)
    command = ["pdftotext", "-layout", str(file), "-"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_a_receipt_names_the_records_and_the_last_day(asked: RequestView, people: dict[str, Actor]) -> None:
    letter = issue(people["archivist"], asked.id, LetterKind.RECEIPT)
    assert asked.due_on is not None
    for words in (asked.number, "1. Quyết định giao đất", "2. Biên bản họp thôn", f"{asked.due_on:%d/%m/%Y}"):
        assert words in letter.body + letter.subject
    assert "{" not in letter.body
    assert [line.action for line in trail.of("request", asked.id)][-1] == "letter.issue"


def test_the_answer_tells_the_decision_on_each_record(decided: RequestView, people: dict[str, Actor]) -> None:
    body = issue(people["approver"], decided.id, LetterKind.ANSWER).body
    assert "1. Quyết định giao đất: đồng ý cho sử dụng cả tài liệu đến hết ngày" in body
    assert "không đồng ý cho sử dụng. Lý do: Có bí mật đời tư của người khác." in body
    assert ".." not in body


def test_numbers_run_through_the_year_and_begin_anew(asked: RequestView, people: dict[str, Actor]) -> None:
    staff = people["archivist"]
    with held_at(read_instant("2026-12-31T23:59")):
        numbers = [issue(staff, asked.id, LetterKind.RECEIPT).number for _ in range(2)]
    with held_at(read_instant("2027-01-01T00:00")):
        numbers.append(issue(staff, asked.id, LetterKind.RECEIPT).number)
    assert numbers == ["01/GTN-LTLS", "02/GTN-LTLS", "01/GTN-LTLS"]


def test_only_what_fits_the_request_can_be_written(asked: RequestView, people: dict[str, Actor]) -> None:
    staff, head = people["archivist"], people["approver"]
    assert issuing.possible(staff, asked) == [LetterKind.RECEIPT]
    for kind in (LetterKind.QUESTION, LetterKind.EXTENSION, LetterKind.ANSWER, LetterKind.TRANSFER):
        with pytest.raises(ConflictError):
            issuing.prepare(head, asked.id, kind)
    with transaction():
        handling.extend(head, asked.id, 3, "Hồ sơ nằm ở kho khác.", delay())
    assert LetterKind.EXTENSION in issuing.possible(head, requests.show(head, asked.id))
    body = issuing.prepare(head, asked.id, LetterKind.EXTENSION).body
    assert "Lý do: Phải số hoá hoặc phục chế trước; Hồ sơ nằm ở kho khác." in body
    with transaction():
        handling.ask_reader(staff, asked.id, "Xin cho biết số tờ bản đồ.")
    assert LetterKind.QUESTION in issuing.possible(staff, requests.show(staff, asked.id))


def test_who_may_not_decide_signs_no_decision(decided: RequestView, people: dict[str, Actor]) -> None:
    words = Prepared("Về việc trả lời yêu cầu", "Đồng ý cho sử dụng tất cả.", "GIÁM ĐỐC")
    for role in ("archivist", "operator", "administrator", "citizen"):
        with pytest.raises((NotAllowedError, NotFoundError)), transaction():
            issuing.issue(people[role], decided.id, LetterKind.ANSWER, words)
    assert db.session.scalars(select(IssuedLetter)).all() == []


def test_nobody_writes_letters_about_their_own_request(shelf: Shelf, people: dict[str, Actor]) -> None:
    with transaction():
        own = requests.submit(people["archivist"], [shelf.document()], PURPOSE)
    assert issuing.possible(people["archivist"], own) == []
    with pytest.raises(NotAllowedError):
        issuing.prepare(people["archivist"], own.id, LetterKind.RECEIPT)
    letter = issue(people["approver"], own.id, LetterKind.RECEIPT)
    with pytest.raises(NotAllowedError), transaction():
        issuing.cancel(people["archivist"], letter.id, "Tôi không thích.")


def test_others_learn_nothing_of_a_letter(asked: RequestView, people: dict[str, Actor]) -> None:
    letter = issue(people["archivist"], asked.id, LetterKind.RECEIPT)
    assert issuing.one(people["citizen"], asked.id, letter.id).number == letter.number
    for role in ("other", "operator", "administrator"):
        with pytest.raises(NotFoundError):
            issuing.one(people[role], asked.id, letter.id)


def test_a_letter_stays_as_it_was_signed(asked: RequestView, people: dict[str, Actor]) -> None:
    letter = issue(people["archivist"], asked.id, LetterKind.RECEIPT)
    with transaction():
        wordings.add(people["administrator"], _wording(body="Đã nhận yêu cầu {so_yeu_cau} của ông (bà)."))
        requests.change(people["citizen"], asked.id, "Một mục đích hoàn toàn khác hẳn")
    again = issuing.one(people["citizen"], asked.id, letter.id)
    assert (again.subject, again.body, again.number) == (letter.subject, letter.body, letter.number)


def test_a_void_letter_keeps_its_number_and_says_so(
    asked: RequestView, people: dict[str, Actor], tmp_path: Path
) -> None:
    staff = people["archivist"]
    letter = issue(staff, asked.id, LetterKind.RECEIPT)
    with transaction():
        void = issuing.cancel(staff, letter.id, "Ghi sai ngày hẹn.")
    with pytest.raises(ConflictError), transaction():
        issuing.cancel(staff, letter.id, "Ghi sai ngày hẹn.")
    assert issue(staff, asked.id, LetterKind.RECEIPT).number.startswith("02/")
    assert layout.VOID in text_of(pdf.write(layout.page(void)), tmp_path)
    assert layout.VOID not in text_of(pdf.write(layout.page(letter)), tmp_path)


def test_a_wording_holds_from_its_day_and_the_old_one_until_then(people: dict[str, Actor]) -> None:
    administrator = people["administrator"]
    with held_at(read_instant("2026-11-26T09:00")), transaction():
        wordings.add(administrator, _wording(valid_from=date(2026, 12, 1)))
    with held_at(read_instant("2026-11-30T09:00")):
        assert wordings.of(LetterKind.RECEIPT).type_name != "PHIẾU MỚI"
    with held_at(read_instant("2026-12-01T09:00")):
        assert wordings.of(LetterKind.RECEIPT).type_name == "PHIẾU MỚI"
        with pytest.raises(ConflictError), transaction():
            wordings.add(administrator, _wording(valid_from=date(2026, 12, 1)))
        with pytest.raises(InvalidError), transaction():
            wordings.add(administrator, _wording(valid_from=date(2026, 11, 30)))


@pytest.mark.parametrize(
    "body", ["Kính gửi {ten_khac}, đã nhận yêu cầu.", "Đã nhận {so_yeu_cau của ông (bà)."]
)
def test_braces_hold_facts_only(people: dict[str, Actor], body: str) -> None:
    with pytest.raises(InvalidError), transaction():
        wordings.add(people["administrator"], _wording(body=body))


def test_only_who_looks_after_the_rules_words_letters(people: dict[str, Actor]) -> None:
    for role in ("archivist", "approver", "citizen"):
        with pytest.raises(NotAllowedError), transaction():
            wordings.add(people[role], _wording())


def test_what_readers_typed_is_no_fact(shelf: Shelf, people: dict[str, Actor]) -> None:
    with transaction():
        asked = requests.submit(people["citizen"], [shelf.document()], "Cần {nguoi_yeu_cau} và %(ten)s <b>")
    body = issue(people["archivist"], asked.id, LetterKind.RECEIPT).body
    assert "Cần {nguoi_yeu_cau} và %(ten)s <b>" in body


def test_pdf_and_docx_hold_every_letter_and_all_parts(
    decided: RequestView, people: dict[str, Actor], tmp_path: Path
) -> None:
    prepared = issuing.prepare(people["approver"], decided.id, LetterKind.ANSWER)
    spread = " ".join(LETTERS)
    with transaction():
        letter = issuing.issue(
            people["approver"],
            decided.id,
            LetterKind.ANSWER,
            Prepared(prepared.subject, f"{prepared.body}\n{spread}", "TUQ. GIÁM ĐỐC\nTRƯỞNG PHÒNG"),
        )
    page = layout.page(letter)
    written = text_of(pdf.write(page), tmp_path)
    document = python_docx.Document(BytesIO(docx.write(page, letter.issued_at)))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    typed = "\n".join([*(one.text for one in document.paragraphs), *cells])
    for told in (" ".join(written.split()), " ".join(typed.split())):
        for words in (
            layout.STATE,
            layout.MOTTO,
            "THÔNG BÁO",
            "Số: 01/TB-LTLS",
            "TUQ. GIÁM ĐỐC",
            "Nơi nhận:",
        ):
            assert words in told, words
        assert not [sign for sign in LETTERS if sign not in told]


def test_a_long_letter_goes_on_to_numbered_pages(
    asked: RequestView, people: dict[str, Actor], tmp_path: Path
) -> None:
    prepared = issuing.prepare(people["archivist"], asked.id, LetterKind.RECEIPT)
    body = "\n".join(f"Đoạn {number}: " + "nội dung rất dài của đoạn này " * 8 for number in range(40))
    with transaction():
        letter = issuing.issue(
            people["archivist"],
            asked.id,
            LetterKind.RECEIPT,
            Prepared(prepared.subject, body, prepared.authority),
        )
    sheets = text_of(pdf.write(layout.page(letter)), tmp_path).split("\f")
    assert len(sheets) > 3
    assert [sheet.split()[0] for sheet in sheets[1:-1]] == [str(number) for number in range(2, len(sheets))]
    assert all(f"Đoạn {number}:" in "".join(sheets) for number in range(40))
    assert "Nơi nhận:" in sheets[-2]


def test_the_same_letter_is_the_same_file(asked: RequestView, people: dict[str, Actor]) -> None:
    letter = issue(people["archivist"], asked.id, LetterKind.RECEIPT)
    assert pdf.write(layout.page(letter)) == pdf.write(layout.page(letter))


def _wording(body: str = "Đã nhận yêu cầu {so_yeu_cau}.", valid_from: date | None = None) -> Wording:
    return Wording(
        LetterKind.RECEIPT, "Phiếu mới", "PM", "Yêu cầu số {so_yeu_cau}", body, valid_from, "Quy chế, Điều 1"
    )


def test_pressing_twice_issues_one_letter(asked: RequestView, people: dict[str, Actor]) -> None:
    words = issuing.prepare(people["archivist"], asked.id, LetterKind.RECEIPT)
    with transaction():
        issuing.issue(people["archivist"], asked.id, LetterKind.RECEIPT, words)
    with pytest.raises(ConflictError, match="letter_issued_already"), transaction():
        issuing.issue(people["archivist"], asked.id, LetterKind.RECEIPT, words)


def test_a_letter_names_nothing_that_was_closed_meanwhile(
    asked: RequestView, people: dict[str, Actor]
) -> None:
    with transaction():
        documents.set_level(people["archivist"], asked.items[0].document_id, Level.WITHHELD, "Mật")
    body = issuing.prepare(people["archivist"], asked.id, LetterKind.RECEIPT).body
    assert "Quyết định giao đất" not in body
    assert "1. tài liệu không còn công khai" in body
    assert "2. Biên bản họp thôn" in body
