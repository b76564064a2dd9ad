"""Texts in Markdown as HTML: what administrators write about the archive, and the user guide.

HTML inside is shown as text, pictures are left out, and links go by http, https, mailto or to this site.
"""

from __future__ import annotations

from collections.abc import Sequence

from flask import request
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

DEEPEST = 4

_READER = MarkdownIt("commonmark", {"html": False}).disable(["image", "html_block", "html_inline"])


def rendered(text: str) -> Markup:
    """Return a text that somebody wrote in a form; its headings stand below that of the page."""
    return html_of(_READER.parse(text), root=request.script_root, below=1)


def plain(text: str) -> str:
    """Return the words of a text alone, on one line, for a list in which there is no room for more."""
    blocks = [token.children for token in _READER.parse(text) if token.children]
    return " ".join(
        "".join(part.content or (" " if part.type in ("softbreak", "hardbreak") else "") for part in block)
        for block in blocks
    )


def tokens_of(text: str) -> list[Token]:
    """Return the parts of a text, for those who look at them first."""
    return _READER.parse(text)


def html_of(tokens: Sequence[Token], root: str, below: int = 0) -> Markup:
    """Return parts as HTML; headings go down by `below`, and `root` comes before links on this site."""
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(DEEPEST, int(token.tag[1]) + below)}"
        for child in token.children or ():
            target = str(child.attrGet("href") or "")
            if child.type == "link_open" and target.startswith("/") and not target.startswith("//"):
                child.attrSet("href", root + target)
    # The renderer escapes all text, and HTML is switched off in what it reads.
    return Markup(_READER.renderer.render(tokens, _READER.options, {}))  # noqa: S704
