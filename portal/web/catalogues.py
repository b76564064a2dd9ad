"""Translation catalogues: extracting texts from the code, compiling what translators wrote.

`.po` files are committed, `.mo` files are built: at set-up, and at start where one is
older than its source. `python -m portal.web.catalogues` brings new texts into the `.po` files.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from babel.messages import extract, mofile, pofile
from babel.messages.catalog import Catalog, Message

from portal.web.locale import ENGLISH, LOCALES

PORTAL = Path(__file__).resolve().parent.parent
TRANSLATIONS = PORTAL / "translations"
KEYWORDS = {**extract.DEFAULT_KEYWORDS, "N_": None, "lazy_gettext": None, "_l": None}
METHODS = [("translations/**", "ignore"), ("**.py", "python"), ("**/templates/**.html", "jinja2")]
HEADER = "# The texts of the portal. Message ids are the English texts."
JINJA = {"**/templates/**.html": {"silent": "false", "trimmed": "true"}}


def source(locale: str) -> Path:
    """Return the path of the catalogue that translators write."""
    return TRANSLATIONS / locale / "LC_MESSAGES" / "messages.po"


def compile_all() -> None:
    """Compile every catalogue."""
    for locale in LOCALES:
        _compile(source(locale))


def compile_stale() -> None:
    """Compile the catalogues whose compiled form is missing or older than its source."""
    for locale in LOCALES:
        path = source(locale)
        compiled = path.with_suffix(".mo")
        if not compiled.exists() or compiled.stat().st_mtime < path.stat().st_mtime:
            _compile(path)


def extracted() -> Catalog:
    """Return all texts that stand in code and templates."""
    catalogue = Catalog(charset="utf-8", project="met-gia", copyright_holder="", msgid_bugs_address="")
    for message, context in _texts():
        catalogue.add(message, context=context)
    return catalogue


def read(locale: str) -> Catalog:
    """Read the catalogue of a language as it is committed."""
    with source(locale).open("rb") as file:
        return pofile.read_po(file, locale=locale)


def is_translated(message: Message) -> bool:
    """Tell whether every form of the message has a text that a translator stands by."""
    forms = message.string if isinstance(message.string, list | tuple) else [message.string]
    return bool(forms) and all(forms) and not message.fuzzy


def update() -> list[str]:
    """Bring new texts into both catalogues, drop those no longer used, and name what lacks translation."""
    template = extracted()
    missing = []
    for locale in LOCALES:
        catalogue = read(locale) if source(locale).exists() else Catalog(locale=locale, fuzzy=False)
        catalogue.update(template, no_fuzzy_matching=True, update_creation_date=False)
        catalogue.obsolete.clear()
        for message in catalogue:
            if message.id and not is_translated(message):
                if locale == ENGLISH:
                    message.string = message.id
                else:
                    missing.append(str(message.id))
        write(locale, catalogue)
    return missing


def write(locale: str, catalogue: Catalog) -> None:
    """Write the catalogue of a language in the one form it is committed in."""
    catalogue.project, catalogue.version = "Mét Giá", "1"
    catalogue.header_comment = HEADER
    path = source(locale)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        pofile.write_po(file, catalogue, width=100, sort_output=True, no_location=True)


def _texts() -> Iterator[tuple[str | tuple[str, ...], str | None]]:
    found = extract.extract_from_dir(
        PORTAL, method_map=METHODS, options_map=JINJA, keywords=KEYWORDS, directory_filter=_is_ours
    )
    for _path, _line, message, _comments, context in found:
        yield message, context


def _is_ours(folder: str | os.PathLike[str]) -> bool:
    return not Path(folder).name.startswith((".", "_"))


def _compile(path: Path) -> None:
    """Write the compiled catalogue beside its source; several processes may do so at once."""
    with path.open("rb") as file:
        catalogue = pofile.read_po(file)
    handle, temporary = tempfile.mkstemp(dir=path.parent, suffix=".tmp")
    with os.fdopen(handle, "wb") as file:
        mofile.write_mo(file, catalogue)
    Path(temporary).replace(path.with_suffix(".mo"))


if __name__ == "__main__":
    for text in update():
        print(text)
