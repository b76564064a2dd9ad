"""What tus 1.0 says in headers, and how it wants to be answered; what is done with it stands in `resumable`.

https://tus.io/protocols/resumable-upload
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping
from email.utils import format_datetime
from functools import wraps
from typing import TypeVar, cast

from flask import Response, request

from portal.core.errors import FullError, InvalidError, PortalError, TooManyError
from portal.ingest.uploads import UploadView
from portal.storage import partials
from portal.storage.partials import Checksum
from portal.web import headers, texts

View = TypeVar("View", bound=Callable[..., Response])

VERSION = "1.0.0"
PART = "application/offset+octet-stream"
STATUSES = {
    "not_found": 404,
    "upload_busy": 423,
    "upload_checksum": 460,
    "upload_too_large": 413,
    "upload_too_long": 413,
    "no_upload_place": 503,
    "upload_quota": 507,
    "upload_day_quota": 507,
}
"""What the protocol wants where it is not the status of the class of the error."""
AGAIN_SECONDS = 2


def spoken(view: View) -> View:
    """Ask for the version, and answer every failure in one line, as clients show it to people."""

    @wraps(view)
    def asked(*words: object, **values: object) -> Response:
        if request.method != "OPTIONS" and request.headers.get("Tus-Resumable") != VERSION:
            return answer(412, {"Tus-Version": VERSION})
        try:
            return view(*words, **values)
        except PortalError as error:
            status = STATUSES.get(error.code, error.status)
            if isinstance(error, TooManyError | FullError):
                headers.come_back_after(error.seconds)
            elif status in (423, 503):
                headers.come_back_after(AGAIN_SECONDS)
            elif status == 507:
                headers.come_back_after(FullError.seconds)
            return answer(status, {}, texts.of_error(error))

    return cast("View", asked)


def answer(status: int, told: Mapping[str, str], text: str = "") -> Response:
    """Return an answer of the protocol."""
    response = Response(text, status=status, mimetype="text/plain")
    response.headers.update({"Tus-Resumable": VERSION, **told})
    return response


def far(upload: UploadView) -> dict[str, str]:
    """Return the headers that say how far an upload is."""
    told = {"Upload-Offset": str(upload.offset)}
    if upload.scan_id:
        return {**told, "Upload-Scan": upload.scan_id, "Upload-Sha256": upload.sha256}
    return {**told, "Upload-Expires": format_datetime(upload.expires_at, usegmt=True)}


def whole(name: str) -> int:
    """Return a header that is a whole number, 0 or more.

    Raises:
        InvalidError: it is missing or is none.
    """
    text = request.headers.get(name, "")
    if not text.isascii() or not text.isdecimal() or len(text) > 18:
        raise InvalidError("upload_header", name=name)
    return int(text)


def metadata() -> dict[str, str]:
    """Return what the client says of the file.

    Raises:
        InvalidError: it cannot be read.
    """
    found = {}
    for pair in filter(None, map(str.strip, request.headers.get("Upload-Metadata", "").split(","))):
        name, _, coded = pair.partition(" ")
        found[name] = _decoded("Upload-Metadata", coded).decode("utf-8", "replace")
    return found


def checksum() -> Checksum | None:
    """Return what the bytes of the part must come to; None where the client does not say.

    Raises:
        InvalidError: it cannot be read, or is of a kind that is not known here.
    """
    text = request.headers.get("Upload-Checksum")
    if text is None:
        return None
    algorithm, _, coded = text.partition(" ")
    if algorithm not in partials.ALGORITHMS:
        raise InvalidError("upload_header", name="Upload-Checksum")
    return Checksum(algorithm, _decoded("Upload-Checksum", coded))


def _decoded(name: str, coded: str) -> bytes:
    try:
        return base64.b64decode(coded, validate=True)
    except (binascii.Error, ValueError) as error:
        raise InvalidError("upload_header", name=name) from error
