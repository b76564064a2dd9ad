"""What the macros of govuk-frontend-jinja are given: forms, lists and the menu as their parameters.

The macros hold English words of their own, so every word that they would add is passed here.
Before it stand forms and listings; behind it the templates in `components`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask import Flask, request, url_for
from flask_babel import gettext
from jinja2 import ChoiceLoader, PackageLoader, PrefixLoader
from wtforms import Field

from portal.accounts import notices
from portal.accounts.roles import Permission
from portal.core.paging import Listing
from portal.web import actors, baskets, filters, texts
from portal.web.forms import DayField, MetresField, PartialDateField, PortalForm

PACKAGE = "govuk_frontend_jinja"

Parameters = dict[str, Any]

_WAYS = {
    "node": "browsing.fonds",
    "agency": "browsing.all_agencies",
    "years": "browsing.decades",
    "year": "browsing.decades",
    "undated": "browsing.decades",
}
"""Pages on which one of the ways to browse goes on, and the entry of the menu where it begins."""


def field(item: Field, hint: str = "", classes: str = "") -> Parameters:
    """Return what the macro for a field is given: what was typed last, label, hint, error."""
    known = item.render_kw or {}
    if isinstance(item, PartialDateField):
        hint = hint or gettext("dd/mm/yyyy, mm/yyyy or yyyy, as far as the paper says")
        classes = "govuk-input--width-10"
    elif isinstance(item, DayField):
        hint, classes = hint or gettext("dd/mm/yyyy"), "govuk-input--width-10"
    if isinstance(item, MetresField):
        hint = hint or gettext(
            "In metres, such as %(example)s. Leave it empty if nobody has measured it.", example=item.example
        )
        classes = "govuk-input--width-10"
    typed = item._value() if hasattr(item, "_value") else item.data
    return {
        "id": item.id,
        "name": item.name,
        "label": {"text": item.label.text, "classes": "govuk-label--s"},
        "hint": {"text": hint} if hint else None,
        "errorMessage": wrong(item),
        "classes": classes,
        "value": "" if typed is None else str(typed),
        **{
            name: known[name]
            for name in ("type", "autocomplete", "inputmode", "rows", "spellcheck")
            if name in known
        },
        "attributes": {
            name: known[name] for name in ("autofocus", "accesskey", "translate") if name in known
        },
    }


def password(item: Field, hint: str = "") -> Parameters:
    """Return what the macro for a password is given; what was typed is never sent back."""
    return field(item, hint) | {
        "value": "",
        "showPasswordText": gettext("Show"),
        "hidePasswordText": gettext("Hide"),
        "showPasswordAriaLabelText": gettext("Show the password"),
        "hidePasswordAriaLabelText": gettext("Hide the password"),
        "passwordShownAnnouncementText": gettext("Your password can be seen"),
        "passwordHiddenAnnouncementText": gettext("Your password is hidden"),
    }


def select(item: Field, hint: str = "") -> Parameters:
    """Return what the macro for choosing from a list is given; `lang` in `render_kw` is of the choices."""
    items, language = _items(item), (item.render_kw or {}).get("lang")
    for one in items:
        if language and one["value"]:
            one["attributes"] = {"lang": language}
    return field(item, hint) | {"items": items}


def radios(item: Field, meanings: str = "") -> Parameters:
    """Return what the macro for choosing one of a few is given; `meanings` names the kind of their hints."""
    items = _items(item)
    if meanings:
        for one in items:
            one["hint"] = {"text": texts.label(one["value"], meanings)}
    return {
        "idPrefix": item.id,
        "name": item.name,
        "errorMessage": wrong(item),
        "fieldset": {"legend": {"text": item.label.text, "classes": "govuk-fieldset__legend--s"}},
        "items": items,
    }


def checks(item: Field, hint: str = "") -> Parameters:
    """Return what the macro for choosing some of many is given; `lang` in `render_kw` is of the choices."""
    items, language = _items(item), (item.render_kw or {}).get("lang")
    for one in items:
        if language:
            one["label"] = {"attributes": {"lang": language}}
    return {
        "idPrefix": item.id,
        "name": item.name,
        "classes": "govuk-checkboxes--small",
        "hint": {"text": hint} if hint else None,
        "errorMessage": wrong(item),
        "fieldset": {"legend": {"text": item.label.text, "classes": "govuk-fieldset__legend--s"}},
        "items": items,
    }


def wrong(item: Field) -> Parameters | None:
    """Return the error of a field."""
    if not item.errors:
        return None
    return {"text": " ".join(map(str, item.errors)), "visuallyHiddenText": gettext("Error")}


def errors(form: PortalForm) -> list[Parameters]:
    """Return every error of a form with the way to its field."""
    return [
        {"href": f"#{form[name].id}", "text": f"{form[name].label.text}: {text}"}
        for name, several in form.errors.items()
        for text in several
    ]


def pages(listing: Listing[Any], endpoint: str, values: Mapping[str, Any]) -> Parameters:
    """Return what the macro for the way from page to page is given: first, last, and those around here."""
    here, last = listing.paging.page, listing.pages

    def at(number: int) -> str:
        return url_for(endpoint, page=number, **values)

    items: list[Parameters] = []
    for number in sorted({1, last, *range(max(1, here - 1), min(last, here + 1) + 1)}):
        if items and number > items[-1]["place"] + 1:
            items.append({"ellipsis": True, "place": number - 1})
        words = gettext("Page %(page)s of %(pages)s", page=filters.number(number), pages=filters.number(last))
        items.append(
            {
                "place": number,
                "number": filters.number(number),
                "href": at(number),
                "current": number == here,
                "visuallyHiddenText": words,
            }
        )
    return {
        "landmarkLabel": gettext("Pages of this list"),
        "items": items,
        "previous": {"href": at(here - 1), "text": gettext("Previous")} if here > 1 else None,
        "next": {"href": at(here + 1), "text": gettext("Next")} if listing.has_next else None,
    }


def trail(steps: Iterable[Sequence[str]], last: str = "") -> Parameters:
    """Return what the macro for the way here is given: (name, address) of each step after the home page."""
    items = [{"text": gettext("Home"), "href": url_for("reading.home")}]
    items += [{"text": name, "href": address} for name, address in steps]
    return {"labelText": gettext("Where you are"), "items": [*items, *([{"text": last}] if last else [])]}


def menu() -> Parameters:
    """Return what the role of whoever asks lets a person open; the addresses guard themselves as well."""
    actor = actors.current()
    offered = [
        ("desk.mine", gettext("My desk"), actor.is_staff),
        ("browsing.fonds", gettext("Fonds"), True),
        ("browsing.all_agencies", gettext("Agencies"), True),
        ("browsing.decades", gettext("Years"), True),
        ("choosing.show", baskets.menu_name(), True),
        ("requesting.mine", gettext("My requests"), actor.is_signed_in),
        ("accounts.notices", _notices(), actor.is_signed_in),
        ("intake.batches", gettext("Take in"), actor.may(Permission.TAKE_IN)),
        ("describing.queue", gettext("Describe"), actor.may(Permission.DESCRIBE)),
        ("arranging.overview", gettext("Arrange"), actor.may(Permission.ARRANGE)),
        ("handling.queue", gettext("Requests"), actor.may(Permission.HANDLE)),
        ("deciding.queue", gettext("Decide"), actor.may(Permission.DECIDE)),
        ("readlog.overview", gettext("Reading log"), actor.may(Permission.READ_AUDIT)),
        ("people.listing", gettext("People"), actor.may(Permission.MANAGE_PEOPLE)),
        ("settings.overview", gettext("Settings"), actor.may(Permission.MANAGE_SITE)),
    ]
    return {
        "menuButtonText": gettext("Menu"),
        "navigationLabel": gettext("Menu"),
        "navigation": [
            {
                "href": url_for(endpoint),
                "text": words,
                "current": request.endpoint == endpoint,
                "active": _is_part_of(endpoint),
            }
            for endpoint, words, is_open in offered
            if is_open
        ],
    }


def about() -> list[tuple[str, str]]:
    """Return endpoint and name of the pages that the footer leads to."""
    return [
        ("about.contact", gettext("Contact")),
        ("about.privacy", gettext("Privacy notice")),
        ("about.accessibility", gettext("Accessibility statement")),
        ("about.conditional", gettext("What is a conditional record?")),
        ("visiting.follow", gettext("Follow a request")),
        ("about.sitemap", gettext("Site map")),
    ]


def init_app(app: Flask) -> None:
    """Let templates import the macros, and ask for their parameters as `components.…`."""
    ours = app.jinja_loader
    macros = PrefixLoader({PACKAGE: PackageLoader(PACKAGE)})
    app.jinja_loader = ChoiceLoader([*([ours] if ours else []), macros])
    app.jinja_env.globals["components"] = {
        verb.__name__: verb
        for verb in (field, password, select, radios, checks, wrong, errors, pages, trail, menu, about)
    }


def _is_part_of(endpoint: str) -> bool:
    """Tell whether the present page belongs to the area that the entry of the menu leads to."""
    if request.blueprint == "browsing":
        return _WAYS.get((request.endpoint or "").rpartition(".")[2]) == endpoint
    return request.blueprint == endpoint.partition(".")[0]


def _notices() -> str:
    """Return the words for the notices, with the number of those not read yet."""
    unread = notices.unread_count(actors.current())
    name: str = gettext("Notices")
    return f"{name} ({filters.number(unread)})" if unread else name


def _items(item: Any) -> list[Parameters]:
    """Return value, words and state of each choice, whatever shape this version of WTForms gives them."""
    return [
        {"value": str(value), "text": str(words), "selected": is_chosen, "checked": is_chosen}
        for value, words, is_chosen, *_ in item.iter_choices()
    ]
