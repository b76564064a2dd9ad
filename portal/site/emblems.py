"""The province's emblem: a picture that was opened behind walls, made small and written anew.

Nothing of the file that was sent is kept: no metadata, no second picture, no script.
"""

from __future__ import annotations

import io

from PIL import Image

from portal.accounts.actors import Actor
from portal.accounts.roles import Permission
from portal.core.nameplate import Key
from portal.site import settings
from portal.storage import originals
from portal.storage.originals import Staged

SIDE = 256
"""Pixels of the longer side: it is shown 44 high, and screens may have three dots for one."""


def prepare(picture: Image.Image) -> Staged:
    """Write the picture as a small PNG into the store; no row names it yet."""
    small = picture.convert("RGB")
    small.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    Image.frombytes("RGB", small.size, small.tobytes()).save(out, "PNG", optimize=True)
    out.seek(0)
    return originals.stage(out)


def change(actor: Actor, staged: Staged, seen: int) -> bool:
    """Let a prepared picture be the emblem; tell whether that changed anything.

    Raises:
        NotAllowedError: the actor does not look after the site.
        ConflictError: somebody else changed the emblem in the meantime.
    """
    actor.must(Permission.MANAGE_SITE)
    originals.record(staged)
    return settings.change(actor, Key.EMBLEM, staged.sha256, "", seen)
