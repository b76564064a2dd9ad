"""Views of uploads that can be resumed, by tus: core, creation, checksum, expiration, termination.

Only part of the threads of a web process receive parts at a time, so that operators with slow lines do not
take the site from readers.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import BinaryIO, cast

from flask import Response, jsonify, request, url_for

from portal.accounts.actors import Actor
from portal.accounts.roles import Permission
from portal.blueprints.intake import tus
from portal.blueprints.intake.views import blueprint
from portal.core import house
from portal.core.db import transaction
from portal.core.errors import InvalidError, UnavailableError
from portal.core.ids import is_id
from portal.ingest import sent, uploads
from portal.ingest.upload_states import UploadState
from portal.ingest.uploads import UploadView
from portal.storage import partials
from portal.storage.partials import Checksum
from portal.web import actors, guards

EXTENSIONS = "creation,creation-with-upload,checksum,expiration,termination"
OVER = frozenset({UploadState.CANCELLED, UploadState.EXPIRED})
_lock, _taken = threading.Lock(), [0]


@blueprint.route("/tai-len", methods=["OPTIONS"], provide_automatic_options=False)
@guards.public
@tus.spoken
def capabilities() -> Response:
    """Say what the server can do."""
    return tus.answer(
        204,
        {
            "Tus-Version": tus.VERSION,
            "Tus-Extension": EXTENSIONS,
            "Tus-Max-Size": str(uploads.MOST_BYTES),
            "Tus-Checksum-Algorithm": ",".join(partials.ALGORITHMS),
        },
    )


@blueprint.post("/<id:batch_id>/tai-len")
@guards.permission(Permission.TAKE_IN)
@guards.streamed
@tus.spoken
def begin_upload(batch_id: str) -> Response:
    """Announce a file; its first part may come along."""
    actor, length = actors.current(), tus.whole("Upload-Length")
    told, checksum = tus.metadata(), tus.checksum()
    has_part = request.mimetype == tus.PART or not length
    # The place first: an upload that was begun and not answered for is one that no client knows of.
    with _place() if has_part else nullcontext():
        with transaction():
            begun = uploads.begin(actor, batch_id, told.get("filename", ""), length, told.get("source", ""))
        # What came before as a whole, and was not finished then, is now: nobody asks again how far it is.
        begun = uploads.look(actor, begun.id)
        # Of a file that has come before, as far as it may be, the beginning is not wanted again.
        if has_part and not begun.offset and begun.state is UploadState.BEGUN:
            begun = _first_part(actor, begun.id, checksum)
    # Without a host: a proxy may stand between, and clients know where they asked.
    where = url_for("intake.show_upload", upload_id=begun.id)
    return tus.answer(201, {"Location": where, **tus.far(begun)})


@blueprint.get("/<id:batch_id>/da-gui")
@guards.permission(Permission.TAKE_IN)
def sent_before(batch_id: str) -> Response:
    """Tell a script what has come already, a thousand files at a time."""
    after = request.args.get("sau", "")
    found = sent.listing(actors.current(), batch_id, after if is_id(after) else "")
    files = [
        {
            "source": one.source,
            "sha256": one.sha256,
            "upload": url_for("intake.show_upload", upload_id=one.upload_id),
        }
        for one in found
    ]
    return jsonify(files=files, next=found[-1].upload_id if len(found) == sent.AT_ONCE else "")


@blueprint.get("/tai-len/<id:upload_id>")
@guards.permission(Permission.TAKE_IN)
@tus.spoken
def show_upload(upload_id: str) -> Response:
    """Say how far an upload is; asked by HEAD."""
    known = uploads.look(actors.current(), upload_id)
    if known.state in OVER:
        return tus.answer(410, {})
    return tus.answer(200, {"Upload-Length": str(known.length), **tus.far(known)})


@blueprint.patch("/tai-len/<id:upload_id>")
@guards.permission(Permission.TAKE_IN)
@guards.streamed
@tus.spoken
def resume_upload(upload_id: str) -> Response:
    """Take in the next part."""
    if request.mimetype != tus.PART:
        return tus.answer(415, {})
    offset, checksum = tus.whole("Upload-Offset"), tus.checksum()
    with _place():
        return tus.answer(
            204, tus.far(uploads.append(actors.current(), upload_id, offset, _stream(), checksum))
        )


@blueprint.delete("/tai-len/<id:upload_id>")
@guards.permission(Permission.TAKE_IN)
@tus.spoken
def cancel_upload(upload_id: str) -> Response:
    """Forget an upload."""
    uploads.cancel(actors.current(), upload_id)
    return tus.answer(204, {})


def _first_part(actor: Actor, upload_id: str, checksum: Checksum | None) -> UploadView:
    """Take in what came with the announcement; what does not arrive well is sent again as the next part."""
    try:
        return uploads.append(actor, upload_id, 0, _stream(), checksum)
    except InvalidError:
        return uploads.look(actor, upload_id)


def _stream() -> BinaryIO:
    return cast("BinaryIO", request.stream)


@contextmanager
def _place() -> Iterator[None]:
    """Take one of the places for parts, half of the threads.

    Raises:
        UnavailableError: all are taken; clients come back by themselves.
    """
    with _lock:
        if _taken[0] >= max(1, house.settings().web_threads // 2):
            raise UnavailableError("no_upload_place")
        _taken[0] += 1
    try:
        yield
    finally:
        with _lock:
            _taken[0] -= 1
