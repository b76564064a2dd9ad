"""Forms as all areas use them: text in NFC, days as dd/mm/yyyy, errors as message codes.

The token against forged requests is checked for the whole site in `guards`, so forms
themselves are plain WTForms.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from types import TracebackType
from typing import Any

from babel.numbers import parse_decimal
from flask import request
from flask_babel import get_locale
from wtforms import Field, Form, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the stubs
from wtforms.validators import InputRequired, Length, StopValidation
from wtforms.widgets import TextInput

from portal.core.errors import ConflictError, InvalidError, PortalError, TooManyError
from portal.core.partial import PartialDate
from portal.web import filters, headers, texts


class _Sentences:
    """What WTForms says by itself, in the words of the house."""

    def gettext(self, text: str) -> str:
        return texts.message("bad_choice") if text == "Not a valid choice." else text

    def ngettext(self, one: str, many: str, number: int) -> str:
        return one if number == 1 else many


class PortalForm(Form):
    """A form that knows whether it was sent and what is wrong with it as a whole."""

    class Meta:
        """How WTForms speaks."""

        def get_translations(self, form: Form) -> _Sentences:
            return _Sentences()

    def __init__(self, **data: Any) -> None:
        super().__init__(formdata=request.form if request.method == "POST" else None, **data)
        self.refusal = ""
        self._status = 400

    @property
    def status(self) -> int:
        """The HTTP status of the page that shows the form (again)."""
        return self._status if request.method == "POST" else 200

    def is_sent(self) -> bool:
        """Tell whether the form was sent and every field can be read."""
        return request.method == "POST" and self.validate()

    def refuse(self, error: PortalError) -> None:
        """Show the error at the fields it names; where none of them is here, above the form."""
        if isinstance(error, TooManyError):
            self._status = error.status
            headers.come_back_after(error.seconds)
        placed = [name for name in error.fields if name in self._fields]
        for name in placed:
            field = self._fields[name]
            field.errors = [*field.errors, texts.message(error.fields[name], error.values)]
        if not placed:
            self.refusal = texts.of_error(error)


class Refusal:
    """Show what a verb refuses at the form instead of on an error page.

    Used as `with forms.Refusal(form): ...; return redirect(...)`: on refusal the block ends and
    the view goes on to show the form again, with everything that was typed. `also` are kinds of
    refusal that belong to the form here and to an error page elsewhere.
    """

    def __init__(self, form: PortalForm, *also: type[PortalError]) -> None:
        self._form = form
        self._shown: tuple[type[PortalError], ...] = (InvalidError, ConflictError, *also)
        self.code = ""

    def __enter__(self) -> Refusal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if not isinstance(error, PortalError) or not isinstance(error, self._shown):
            return False
        self.code = error.code
        self._form.refuse(error)
        return True


class Needed(InputRequired):
    """The field must be filled in; says so in the reader's language."""

    def __call__(self, form: Any, field: Any) -> None:
        self.message = None
        if not field.raw_data or not str(field.raw_data[0]).strip():
            field.errors[:] = []
            raise _stop(texts.message("missing"))


class AtMost(Length):
    """The field holds at most so many characters."""

    def __init__(self, most: int) -> None:
        super().__init__(max=most)

    def __call__(self, form: Any, field: Any) -> None:
        if field.data and len(field.data) > self.max:
            raise _stop(texts.message("too_long", {"most": self.max}))


class DayField(Field):
    """A day written as dd/mm/yyyy."""

    widget = TextInput()
    data: date | None

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return filters.day(self.data)

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        text = valuelist[0].strip() if valuelist else ""
        if not text:
            self.data = None
            return
        try:
            self.data = datetime.strptime(text, filters.DAY).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            self.data = None
            raise ValueError(texts.message("bad_date")) from None


class PartialDateField(DayField):
    """A date of which only the year, or month and year, may be known; written as far as it is known."""

    data: PartialDate | None  # type: ignore[assignment]  # what the field is read into is wider here

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        text = valuelist[0].strip() if valuelist else ""
        self.data = None
        if not text:
            return
        try:
            self.data = PartialDate.read(text)
        except ValueError:
            raise ValueError(texts.message("bad_partial_date")) from None


class MetresField(Field):
    """A length typed in metres as the reader's language writes decimals; its data are millimetres."""

    widget = TextInput()
    data: int | None

    @property
    def example(self) -> str:
        """How a length is written, in the reader's language."""
        return filters.metres(12_500)

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return filters.metres(self.data)

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        text = valuelist[0].strip() if valuelist else ""
        self.data = None
        if not text:
            return
        try:
            self.data = _millimetres(text)
        except ValueError:
            raise ValueError(texts.message("bad_metres", {"example": self.example})) from None


class CountField(Field):
    """A whole number, of days mostly, of at most five digits.

    Args:
        needed: whether an empty field is a mistake; where it is none, it is no number.
    """

    widget = TextInput()
    data: int | None

    def __init__(self, label: Any = None, *, needed: bool = True, **options: Any) -> None:
        super().__init__(label, **options)
        self._needed = needed

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else str(self.data)

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        text = valuelist[0].strip() if valuelist else ""
        self.data = None
        if not text and not self._needed:
            return
        if not (text.isascii() and text.isdigit() and len(text) <= 5):
            raise ValueError(texts.message("bad_count"))
        self.data = int(text)


IN_VIETNAMESE = {"lang": "vi"}
"""For `render_kw` of a field whose choices are names and titles of the archive."""


def choices(rows: Iterable[tuple[str, str]], none: str = "") -> list[Any]:
    """Return value and words of each choice as WTForms takes them; `none` words the empty choice."""
    offered = [SelectChoice(value, words) for value, words in rows]
    return [SelectChoice("", none), *offered] if none else offered


def line(label: Any, most: int, *, needed: bool = True, **options: Any) -> StringField:
    """Return a field of one line."""
    return StringField(label, _checks(most, needed), filters=[clean], **options)


def area(label: Any, most: int, *, needed: bool = True, **options: Any) -> TextAreaField:
    """Return a field of several lines."""
    return TextAreaField(label, _checks(most, needed), filters=[clean], **options)


def clean(text: str | None) -> str:
    """Bring what was typed into NFC, without spaces around it."""
    return unicodedata.normalize("NFC", text).strip() if text else ""


def whole(text: str | None) -> int:
    """Return a whole number from a hidden field; what somebody tampered with becomes 0."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else 0


def _millimetres(text: str) -> int:
    """Return the length written in metres; "12.5" is none in Vietnamese, where 1.204 means 1204."""
    written = text.removesuffix("m").strip()
    # Only digits and their signs: to a parser of numbers "1e3" and "NaN" are numbers as well.
    if not set(written) <= set("0123456789.,"):
        raise ValueError("not a length")
    length = parse_decimal(written, get_locale(), strict=True) * 1000
    if length != length.to_integral_value():
        raise ValueError("finer than a millimetre")
    return int(length)


def _checks(most: int, needed: bool) -> list[Any]:
    return [Needed(), AtMost(most)] if needed else [AtMost(most)]


def _stop(text: str) -> Exception:
    return StopValidation(text)
