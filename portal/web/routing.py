"""How ids stand in addresses: what does not look like one is not even looked up."""

from __future__ import annotations

from flask import Flask
from werkzeug.routing import BaseConverter

from portal.core import ids


class IdConverter(BaseConverter):
    """An opaque id of ten characters; anything else is no address of ours."""

    regex = ids.PATTERN.pattern


def init_app(app: Flask) -> None:
    """Make `<id:…>` usable in rules."""
    app.url_map.converters["id"] = IdConverter
