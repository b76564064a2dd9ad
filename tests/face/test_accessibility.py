"""No page breaks a rule that a program can check, none scrolls sideways, none wants what the policy refuses.

The short form looks at one state of every route, languages and widths in turn; `make test-axe` at all.
"""

from __future__ import annotations

import os

import pytest

from tests.face.onlooker import Onlooker, judge
from tests.face.visits import Visit, in_turn

pytestmark = [pytest.mark.browser]


@pytest.fixture(scope="module")
def chosen(visits: list[Visit]) -> list[Visit]:
    return visits if os.environ.get("LONG") else in_turn(visits)


def test_no_page_breaks_a_rule_or_scrolls_sideways(onlooker: Onlooker, chosen: list[Visit]) -> None:
    assert len(chosen) > 30
    found = {str(visit): wrong for visit in chosen if (wrong := onlooker.judge(visit))}
    print(f"axe: {len(chosen)} pages, {len(found)} with violations")
    assert found == {}
    assert onlooker.refused == []


def test_what_is_wrong_is_seen(onlooker: Onlooker) -> None:
    ours = onlooker.window("anonymous")
    assert ours.context.browser is not None
    for page in (ours, ours.context.browser.new_page()):
        page.goto("about:blank")
        page.set_content('<html lang="vi"><title>x</title><h1>x</h1><img src="x"><p style="width:2000px">x')
        found = judge(page)
        assert [one for one in found if one.startswith("image-alt")]
        assert [one for one in found if one.endswith("px too wide")]
