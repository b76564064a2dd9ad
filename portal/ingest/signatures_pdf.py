"""The adapter of pyHanko, which checks the signatures of a PDF; the only file that imports it.

It runs inside the walls of `sandbox`, without any network: whether a certificate was revoked is not
asked of anybody. Whether a signature is unbroken hangs on the file alone; whether its issuer is trusted,
on the roots that the administrator has laid down.
"""

from __future__ import annotations

import logging
from collections.abc import Coroutine, Sequence
from pathlib import Path
from typing import Any

from pyhanko.keys import load_certs_from_pemder_data  # noqa: TID251
from pyhanko.pdf_utils.misc import PdfError  # noqa: TID251
from pyhanko.pdf_utils.reader import PdfFileReader  # noqa: TID251 - this is the one adapter
from pyhanko.sign.validation import (  # noqa: TID251
    EmbeddedPdfSignature,
    async_validate_pdf_signature,
)
from pyhanko_certvalidator import ValidationContext  # comes with it

from portal.ingest import sources
from portal.ingest.errors import UnusableFileError
from portal.ingest.signing import ALTERED, LONGEST_NAME, MOST_SIGNATURES, UNBROKEN, UNKNOWN, Signature

STUMBLES = (
    PdfError,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    ArithmeticError,
    RuntimeError,
    AssertionError,
)
"""What a reader of broken structures stumbles over; whatever else there is ends the child, no more."""

# They write names out of certificates.
for _name in ("pyhanko", "pyhanko_certvalidator"):
    logging.getLogger(_name).setLevel(logging.CRITICAL + 1)


def check(path: Path, roots: Sequence[str]) -> list[Signature]:
    """Return what each signature of a PDF is worth, in the order they stand in the file.

    Args:
        roots: certificates of issuers that are trusted, as PEM.

    Raises:
        UnusableFileError: the file cannot be opened.
    """
    trusted = [one for root in roots for one in load_certs_from_pemder_data(root.encode("ascii"))]
    with sources.opened(path) as file:
        try:
            found = PdfFileReader(file, strict=False).embedded_regular_signatures
        except STUMBLES as error:
            raise UnusableFileError("file_damaged") from error
        return [_checked(one, trusted) for one in found[:MOST_SIGNATURES]]


def _checked(one: EmbeddedPdfSignature, trusted: Sequence[Any]) -> Signature:
    try:
        # Nothing is trusted but what was laid down: the list of the machine is not asked.
        context = ValidationContext(trust_roots=list(trusted), allow_fetching=False)
        status = _run(async_validate_pdf_signature(one, signer_validation_context=context))
    except STUMBLES:
        return Signature(_signer(one), "", UNKNOWN, is_trusted=False)
    is_unbroken = status.intact and status.valid and status.docmdp_ok
    told = status.signer_reported_dt
    return Signature(
        _signer(one),
        told.isoformat(timespec="seconds") if told else "",
        UNBROKEN if is_unbroken else ALTERED,
        is_trusted=bool(is_unbroken and trusted and status.trusted),
    )


def _signer(one: EmbeddedPdfSignature) -> str:
    try:
        named = one.signer_cert.subject.native
    except STUMBLES:
        # A certificate that cannot be read names nobody.
        return ""
    name = named.get("common_name") or named.get("organization_name") or ""
    return str(name[0] if isinstance(name, list) else name)[:LONGEST_NAME]


def _run(work: Coroutine[Any, Any, Any]) -> Any:
    """Run what waits for nothing: a loop of its own would need sockets, which the walls refuse."""
    try:
        while True:
            work.send(None)
    except StopIteration as end:
        return end.value
