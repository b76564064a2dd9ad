"""Style sheet, script and fonts as set-up built them, under names that say what is in them.

Before it stands `scripts/assets.py`, which writes the files and their manifest; behind it the
layout, which asks for an address by the plain name. No Node is needed from here on.
"""

from __future__ import annotations

import json
import logging
from pathlib import Path

from flask import Flask, current_app, url_for

BUILT = "built"
"""Folder below `static`. What lies in it never changes under its name."""

log = logging.getLogger(__name__)


def static_asset(name: str) -> str:
    """Return the address of a built file by its plain name, as in `site.css`.

    A portal that was never set up shows its pages unstyled; `init_app` has said so in the log.
    """
    kept: dict[str, str] = current_app.extensions["built_assets"]
    return url_for("static", filename=f"{BUILT}/{kept.get(name, name)}")


def built(static: Path, name: str) -> str:
    """Return where below the static folder a built file lies, for pages that no application makes."""
    return f"{BUILT}/{_manifest(static / BUILT / 'manifest.json').get(name, name)}"


def is_lasting(path: str) -> bool:
    """Tell whether browsers may keep what is at this address for good."""
    return path.startswith(f"/static/{BUILT}/")


def init_app(app: Flask) -> None:
    """Read the manifest and let templates ask for addresses."""
    app.extensions["built_assets"] = _manifest(Path(app.static_folder or "") / BUILT / "manifest.json")
    app.jinja_env.globals["static_asset"] = static_asset


def _manifest(path: Path) -> dict[str, str]:
    try:
        names: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        log.warning("style sheet and script are not built: run make setup")
        return {}
    return names
