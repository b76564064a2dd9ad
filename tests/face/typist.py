"""Somebody without a mouse: moves by Tab, acts by Enter and Space, and has to see where they are."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, TimeoutError

TRIES = 5
MOST_TABS = 400
"""A page of words to choose from has some two hundred places to stop at."""
FOCUS = """selector => {
  const one = document.activeElement;
  if (!one || one === document.body) return null;
  const shown = [one, one.labels?.[0]].filter(Boolean);
  const look = () => shown.flatMap(part => [null, "::before"].map(pseudo => {
    const {outline, boxShadow, backgroundColor, borderColor, borderWidth} = getComputedStyle(part, pseudo);
    return [outline, boxShadow, backgroundColor, borderColor, borderWidth].join();
  })).join();
  const focused = look();
  one.blur();
  const isSeen = look() !== focused;
  one.focus({preventScroll: true});
  const box = one.getBoundingClientRect();
  return {
    isThere: one.matches(selector),
    isSeen: isSeen && box.bottom > 0 && box.top < innerHeight,
    html: one.outerHTML.slice(0, 200),
  };
}"""
"""Whether what has the focus fits, and whether it looks otherwise than without the focus, on the screen."""


class Typist:
    """Uses one page by the keyboard and counts."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.start()

    def start(self) -> None:
        """Count from here: keys that move and act, letters of what is told, and clicks a mouse would need."""
        self.keys = self.letters = self.clicks = 0

    def skip(self) -> None:
        """Go past header and menu by the link that stands first on every page."""
        self.reach("a[href='#main']")
        self._press("Enter")

    def reach(self, selector: str) -> None:
        """Press Tab until what is looked for has the focus; at each step the focus must be seen."""
        for _ in range(MOST_TABS):
            self._press("Tab")
            focus = self.page.evaluate(FOCUS, selector)
            if focus is None:
                continue
            assert focus["isSeen"], f"focus cannot be seen on {self.page.url}: {focus['html']}"
            if focus["isThere"]:
                return
        raise AssertionError(f"{selector} cannot be reached on {self.page.url}")

    def follow(self, selector: str) -> None:
        """Reach a link or button and press Enter; what comes is another page."""
        self.reach(selector)
        with self.page.expect_navigation():
            self._press("Enter")
        self.clicks += 1

    def choose(self, selector: str, *keys: str) -> None:
        """Reach a choice and change it by keys."""
        self.reach(selector)
        for key in keys:
            self._press(key)
        self.clicks += 1

    def tell(self, selector: str, text: str) -> None:
        """Reach a field and type."""
        self.reach(selector)
        self.page.keyboard.insert_text(text)
        self.letters += len(text)
        self.clicks += 1

    def write(self, selector: str, text: str) -> None:
        """Type where the page itself has put the focus."""
        focus = self.page.evaluate(FOCUS, selector)
        assert focus is not None, "the page begins nowhere"
        assert focus["isThere"], f"the page does not begin at {selector} but at {focus['html']}"
        assert focus["isSeen"], f"focus cannot be seen on {self.page.url}"
        self.page.keyboard.insert_text(text)
        self.letters += len(text)

    def hand_over(self, selector: str, file: Path) -> None:
        """Reach a field for files, open what the browser chooses files with, and choose.

        By Space, as buttons are pressed: Enter in a field may send the form instead. A browser without
        a screen now and then misses the key.
        """
        self.reach(selector)
        for _ in range(TRIES):
            try:
                with self.page.expect_file_chooser(timeout=5000) as chooser:
                    self._press("Space")
            except TimeoutError:
                continue
            chooser.value.set_files(file)
            self.clicks += 1
            return
        raise AssertionError(f"{selector} opens no choice of files")

    def leaves(self) -> None:
        """Go on until the focus has left the page for the browser itself: nothing holds it."""
        for _ in range(MOST_TABS):
            self._press("Tab")
            if self.page.evaluate("document.activeElement === document.body"):
                return
        raise AssertionError(f"the focus is trapped on {self.page.url}")

    def _press(self, key: str) -> None:
        self.page.keyboard.press(key)
        self.keys += 1
