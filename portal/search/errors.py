"""What can go wrong with an index."""

from portal.core.errors import UnavailableError


class MissingEngineError(Exception):
    """The library of the engine is not installed. Its text is for whoever starts the portal."""

    def __init__(self, engine: str, library: str) -> None:
        hint = "make setup, or see SEARCH_ENGINE"
        super().__init__(f"the search engine {engine} needs {library}, which is not installed: {hint}")


class NeedsRebuildError(UnavailableError):
    """There is no index of this version; the indexer builds one from SQL."""


class DamagedIndexError(UnavailableError):
    """The index is there and cannot be read. Nothing is emptied; a person or a rebuild mends it."""

    def __init__(self) -> None:
        super().__init__("index_unavailable")
