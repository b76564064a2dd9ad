"""A browser that looks at pages as somebody, at some width, and asks axe what it thinks of them."""

from __future__ import annotations

from functools import cache

from playwright.sync_api import Browser, Page

from tests.conftest import PASSWORD, PROJECT
from tests.face.visits import Visit

AXE = PROJECT / "node_modules" / "axe-core" / "axe.min.js"
NARROWEST = 320
"""What a screen of 1280 px has left when letters are enlarged to 400 %."""
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
ASK = """async tags => {
  const where = node => node.target.join(" ") + " " + node.html.slice(0, 160);
  const found = await axe.run(document, {runOnly: tags, resultTypes: ["violations"]});
  return found.violations.map(one => `${one.id}: ${one.nodes.slice(0, 3).map(where).join(" | ")}`);
}"""


class Onlooker:
    """Keeps one window per role and notes what the policy refused."""

    def __init__(self, browser: Browser, base: str) -> None:
        self._browser = browser
        self._base = base
        self._pages: dict[str, Page] = {}
        self.refused: list[str] = []

    def look(self, visit: Visit) -> Page:
        """Go to a page and, where the visit says so, send its last form as it is."""
        page = self.window(visit.role)
        page.set_viewport_size({"width": visit.width, "height": 800})
        page.goto(visit.language + visit.address)
        form = page.locator("main form[method=post]").last
        # A request that was decided has no form any more.
        if visit.is_sent and form.count():
            with page.expect_navigation():
                form.evaluate("one => one.submit()")
        return page

    def judge(self, visit: Visit) -> list[str]:
        """Return what axe finds wrong on the page, and whether it scrolls sideways at 400 %."""
        return judge(self.look(visit))

    def window(self, role: str) -> Page:
        """Return the window in which somebody of the role is signed in, or nobody."""
        if role not in self._pages:
            context = self._browser.new_context(base_url=self._base, locale="vi-VN")
            # Chromium keeps it, so it does not travel there for each page.
            context.add_init_script(path=AXE)
            page = context.new_page()
            page.on("console", self._listen)
            self._pages[role] = page
            if role != "anonymous":
                page.goto("/dang-nhap")
                page.fill("[name=email]", f"{role}@example.vn")
                page.fill("[name=password]", PASSWORD)
                with page.expect_navigation():
                    page.locator("main form button[type=submit]").click()
        return self._pages[role]

    def _listen(self, message: object) -> None:
        text = str(getattr(message, "text", ""))
        if "Content Security Policy" in text:
            self.refused.append(text)


def judge(page: Page) -> list[str]:
    """Return what axe finds wrong on a page as it is shown, and whether it scrolls sideways at 400 %."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(_axe())
    found: list[str] = page.evaluate(ASK, RULES)
    page.set_viewport_size({"width": NARROWEST, "height": 640})
    over: int = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    return [*found, f"{over} px too wide"] if over > 0 else found


@cache
def _axe() -> str:
    return AXE.read_text(encoding="utf-8")


def both_widths(page: Page) -> None:
    """See that nothing is wrong with the page as it stands, on a telephone and on a desktop.

    Raises:
        AssertionError: axe finds something, or it scrolls sideways.
    """
    for width in (360, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        assert judge(page) == [], page.url
