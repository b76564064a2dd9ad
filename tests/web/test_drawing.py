"""The short ways to texts and addresses say what the long ones say."""

from __future__ import annotations

from types import SimpleNamespace

import flask
import pytest
from flask import Flask, render_template_string
from flask_babel import force_locale

from portal.core import house
from portal.web import loading
from portal.web.loading import Loading

HERE = "/tim-kiem?q=đất"
CASES = (
    ("reading.home", {}),
    ("reading.record", {"record_id": "0123456789"}),
    ("reading.search", {"q": "đất & nước", "page": 2}),
    ("reading.search", {"q": "một câu hỏi dài hơn bốn mươi chữ cái thì không giữ"}),
    ("reading.search", {"q": "a", "page": 2, "tu": 1990, "den": 1995, "loai": "quyet-dinh"}),
    ("reading.record", {"record_id": "0123456789", "_anchor": "trang"}),
    ("reading.home", {"_external": True}),
    ("reading.search", {"q": None}),
)


def drawn(template: str, **values: object) -> str:
    return render_template_string(template, **values)


@pytest.mark.parametrize(("endpoint", "values"), CASES)
def test_an_address_is_the_one_that_flask_makes_in_each_language(
    app: Flask, endpoint: str, values: dict[str, object]
) -> None:
    for root in ("", "/en", ""):
        with app.test_request_context(HERE, environ_overrides={"SCRIPT_NAME": root}):
            wanted = flask.url_for(endpoint, **values)  # type: ignore[arg-type]  # of several kinds
            for _ in range(2):
                assert drawn("{{ url_for(e, **v)|safe }}", e=endpoint, v=values) == wanted


def test_a_text_is_translated_and_its_values_escaped(app: Flask) -> None:
    with app.test_request_context("/"):
        assert drawn("{{ _('Page %(number)s', number='<b>') }}") == "Trang &lt;b&gt;"
        assert drawn("{{ ngettext('%(num)s place', '%(num)s places', 3) }}") == "3 chỗ"
        assert drawn("{{ ngettext('%(num)s place', '%(num)s places', 3, num='ba') }}") == "ba chỗ"
        assert drawn("{% trans %}Menu{% endtrans %}") == "Trình đơn"


def test_the_language_may_change_within_a_request(app: Flask) -> None:
    with app.test_request_context("/"):
        said = []
        for language in ("vi", "en", "vi"):
            with force_locale(language):
                said.append(drawn("{{ _('Menu') }}"))
    assert said == ["Trình đơn", "Menu", "Trình đơn"]


def test_the_bar_of_the_demo_is_asked_for_until_it_is_full(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = [None, Loading(1, 2), None]
    counts: list[dict[str, int]] = [{}, {"done": 2}]
    monkeypatch.setattr(loading, "of_demo", lambda: answers.pop(0))
    monkeypatch.setattr(loading, "_counts", lambda: counts.pop(0))
    settings = SimpleNamespace(demo=False)
    monkeypatch.setattr(house, "settings", lambda: settings)
    bar = loading.Bar()
    assert bar() is None
    assert len(answers) == 3, "without a demo nothing is asked for"
    settings.demo = True
    assert [bar() for _ in range(6)] == [None, Loading(1, 2), None, None, None, None]
    assert (answers, counts) == ([], []), "and not any more when it is full"
