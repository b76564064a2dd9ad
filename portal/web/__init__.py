"""What all views share: guards, errors as HTTP, headers, languages, formats. One storey over the domain.

Before it stands the server with a request; behind it `portal.blueprints`, whose views call one verb each.
"""

from __future__ import annotations

from flask import Flask

from portal.web import (
    actors,
    assets,
    baskets,
    catalogues,
    compiled,
    components,
    drawing,
    errors,
    filters,
    guards,
    guide,
    headers,
    identity,
    loading,
    locale,
    passages,
    progress,
    routing,
    streams,
    texts,
)


def init_app(app: Flask) -> None:
    """Set up everything that holds for all addresses; blueprints are registered afterwards."""
    app.config.update(
        # A token lives as long as the session it is signed into: a form may stay open over lunch.
        WTF_CSRF_TIME_LIMIT=None,
        # Our own origin check replaces the one on Referer, which cannot know a proxy's address.
        WTF_CSRF_SSL_STRICT=False,
    )
    catalogues.compile_stale()
    routing.init_app(app)
    locale.init_app(app)
    drawing.init_app(app)
    texts.init_app(app)
    passages.init_app(app)
    filters.init_app(app)
    identity.init_app(app)
    guide.init_app(app)
    assets.init_app(app)
    loading.init_app(app)
    progress.init_app(app)
    streams.init_app(app)
    components.init_app(app)
    compiled.init_app(app)
    baskets.init_app(app)
    actors.init_app(app)
    guards.init_app(app)
    errors.init_app(app)
    headers.init_app(app)
