"""Views of the IIIF Image API 3.0, level 2: what a page image is, and any part of it.

Rights are asked anew with every tile; what a grant opens carries the grant's mark.
"""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request, url_for

from portal.access import marking
from portal.catalogue import cuttings, images, pages, tiles
from portal.catalogue.images import Picture, Pixels
from portal.catalogue.pages import OpenedPage
from portal.catalogue.tiles import Hand
from portal.core.db import end_reading
from portal.core.errors import NotFoundError
from portal.rights.reads import Use
from portal.web import actors, guards

blueprint = Blueprint("tiles", __name__)

CONTEXT = "http://iiif.io/api/image/3/context.json"
PROTOCOL = "http://iiif.io/api/image"
LINKED_JSON = f'application/ld+json;profile="{CONTEXT}"'
SECONDS_FOR_AN_IMAGE = 4.0
MEDIA_TYPES = {"jpg": "image/jpeg", "png": "image/png"}


@blueprint.get("/p/<id:page_id>/iiif")
@guards.public
def base(page_id: str) -> Response:
    """Lead to what the image is."""
    pages.known(actors.current(), page_id)
    # Without the words that a redirect usually carries: they would be in one language only.
    return Response(status=303, headers={"Location": url_for("tiles.info", page_id=page_id)})


@blueprint.get("/p/<id:page_id>/iiif/info.json")
@guards.public
def info(page_id: str) -> Response:
    """Say how large the image is and how it is cut into tiles.

    A viewer that asks will want the whole image in a moment, so it is begun now.
    """
    opened = pages.known(actors.current(), page_id)
    whole, pixels = _size(opened), opened.pixels
    end_reading()
    images.have_made([pixels])
    answer = jsonify(
        {
            "@context": CONTEXT,
            "id": url_for("tiles.base", page_id=page_id, _external=True),
            "type": "ImageService3",
            "protocol": PROTOCOL,
            "profile": "level2",
            "width": whole[0],
            "height": whole[1],
            "sizes": _kept_sizes(whole),
            "tiles": [{"width": cuttings.TILE, "scaleFactors": cuttings.scales(whole)}],
        }
    )
    if request.accept_mimetypes.best_match(["application/json", "application/ld+json"]) != "application/json":
        answer.content_type = LINKED_JSON
    return answer


@blueprint.get("/p/<id:page_id>/iiif/<region>/<size>/<rotation>/<quality>.<form>")
@guards.public
def part(page_id: str, region: str, size: str, rotation: str, quality: str, form: str) -> Response:
    """Hand out a part of the image."""
    opened = pages.opened(actors.current(), page_id, Use.IMAGE)
    whole, mark, pixels = _size(opened), opened.mark, opened.pixels
    end_reading()
    cutting = cuttings.read(region, size, rotation, quality, form, whole)
    content = tiles.cut(pixels, cutting, whole, lambda width: _picture(pixels, width), _hand(mark))
    return Response(content, mimetype=MEDIA_TYPES[form])


def _size(opened: OpenedPage) -> tuple[int, int]:
    """Return width and height of a page image, in px.

    Raises:
        NotFoundError: there is none yet.
    """
    row = opened.instead or opened.page
    if not row.width or not row.height:
        raise NotFoundError("not_found")
    return row.width, row.height


def _kept_sizes(whole: tuple[int, int]) -> list[dict[str, int]]:
    """Return the sizes in which the whole image may be asked for, each a level of tiles."""
    levels = [cuttings.level(whole, scale) for scale in reversed(cuttings.scales(whole))]
    return [{"width": width, "height": height} for width, height in levels]


def _picture(pixels: Pixels, width: int) -> Picture:
    return images.wide_enough(pixels, width, SECONDS_FOR_AN_IMAGE)


def _hand(mark: str | None) -> Hand | None:
    """Return who marks what this reader sees, nobody where nothing is marked."""
    if mark is None:
        return None
    return lambda jpeg, whole, place: marking.marked(jpeg, mark, whole, place)
