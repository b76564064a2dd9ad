"""What stands on the sheets that lie among the paper of a batch; `sheets` draws it.

Official paper, so its words are Vietnamese whatever language its reader uses the portal in.
"""

from __future__ import annotations

from portal.accounts import people
from portal.accounts.actors import Actor
from portal.accounts.roles import Permission
from portal.catalogue import tree
from portal.core import clock, nameplate
from portal.core.errors import InvalidError
from portal.ingest import batches, sheet_codes, sheets
from portal.ingest.models import Batch
from portal.ingest.sheets import BatchSheet, DividingSheet

MOST_SEPARATORS = MOST_FOLDERS = 100
DECLARATION = (
    "Người quét cam đoan: tài liệu trong lô này không chứa bí mật nhà nước. Khai báo khi mở lô, ngày {day}."
)


def batch_sheet(actor: Actor, batch_id: str) -> bytes:
    """Return the batch sheet as a PDF, to be laid on top of the paper before it is scanned.

    Raises:
        NotFoundError: there is no such batch, or its place was withheld from the actor.
    """
    actor.must(Permission.TAKE_IN)
    batch = batches.known(actor, batch_id)
    return sheets.batch_sheet(_sheet_of(batch))


def separators(actor: Actor, number: int) -> bytes:
    """Return so many separators as a PDF; the same ones serve for batch after batch.

    Raises:
        InvalidError: none, or more than are printed at once.
    """
    actor.must(Permission.TAKE_IN)
    if not 0 < number <= MOST_SEPARATORS:
        raise InvalidError("bad_separators", fields={"so": "bad_separators"}, most=MOST_SEPARATORS)
    return sheets.dividing_sheets(
        "Tờ phân cách",
        [
            DividingSheet(
                code=sheet_codes.of_separator(one),
                heading=f"TỜ PHÂN CÁCH {one}",
                below="Đặt trước trang đầu của mỗi tài liệu. Mặt này úp lên theo chiều quét, thanh đen ở"
                " phía trên. Không phải tài liệu lưu trữ; dùng lại được.",
            )
            for one in range(1, number + 1)
        ],
    )


def folders(actor: Actor, batch_id: str, written: str = "") -> bytes:
    """Return a sheet for each folder of a batch as a PDF; each lies before the first page of its folder.

    Args:
        written: which folders, as people write them; nothing stands for those that the batch was opened with.

    Raises:
        NotFoundError: there is no such batch, or its place was withheld from the actor.
        InvalidError: no folder, too many, or one with a name too long for a code.
    """
    actor.must(Permission.TAKE_IN)
    batch = batches.known(actor, batch_id)
    names = sheet_codes.folders(written or batch.folders, MOST_FOLDERS)
    longest = sheet_codes.LONGEST_FOLDER
    if not 0 < len(names) <= MOST_FOLDERS or any(len(name) > longest for name in names):
        raise InvalidError("bad_folders", most=MOST_FOLDERS, longest=longest)
    place = f"Hộp {batch.box}, lô {batch.name}." if batch.box else f"Lô {batch.name}."
    return sheets.dividing_sheets(
        "Tờ đầu hồ sơ",
        [
            DividingSheet(
                code=sheet_codes.of_folder(name),
                heading=f"HỒ SƠ {name}",
                below=f"{place} Đặt trước trang đầu của hồ sơ, thay cho tờ phân cách. Mặt này úp lên theo"
                " chiều quét, thanh đen ở phía trên. Không phải tài liệu lưu trữ.",
            )
            for name in names
        ],
    )


def _sheet_of(batch: Batch) -> BatchSheet:
    fonds = tree.by_id(batch.fonds_id)
    operator = people.names([batch.operator_id]).get(batch.operator_id, "") if batch.operator_id else ""
    day = f"{batch.declared_no_secret_at.astimezone(clock.LOCAL):%d/%m/%Y}"
    return BatchSheet(
        code=sheet_codes.of_batch(batch.id),
        archive=nameplate.read("vi").province,
        heading="PHIẾU LÔ QUÉT",
        facts=[
            ("Tên lô", batch.name),
            ("Phông", f"{fonds.code} {fonds.title}".strip()),
            ("Hộp", batch.box),
            ("Hồ sơ", batch.folders),
            ("Số tờ", str(batch.expected_sheets) if batch.expected_sheets is not None else ""),
            ("Số mặt quét", "hai mặt" if batch.sides == 2 else "một mặt"),
            ("Người quét", operator),
            ("Máy quét", batch.scanner),
            ("Ngày mở lô", f"{batch.created_at.astimezone(clock.LOCAL):%d/%m/%Y}"),
        ],
        declaration=DECLARATION.format(day=day),
        signatures=[("Người giao", ""), ("Người quét", operator), ("Người kiểm tra", "")],
    )
