"""A person at the screen, counted: clicks, keys, fields and what there is to read, and the time that makes.

The times are those of the keystroke-level model (Card, Moran, Newell 1980), with 0.5 s for a Chinese character typed
with an input method and 400 characters a minute for reading. An estimate of what the pages ask for, not a measurement.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from playwright.sync_api import Locator, Page, expect

KEY, CHARACTER, POINT, THINK, HAND = 0.28, 0.5, 1.1, 1.35, 0.4  # seconds
READ = 400  # Chinese characters a minute

# Every line of text in sight, without what a closed menu would list.
LINES = """() => {
  const lines = [], walk = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const text = walk.currentNode.textContent.trim(), box = walk.currentNode.parentElement;
    if (text && box.checkVisibility() && !box.closest("option, textarea, .vh")) lines.push(text);
  }
  return lines;
}"""


@dataclass
class Walker:
    page: Page
    pages: list[str] = field(default_factory=list)
    clicks: int = 0
    fields: int = 0
    latin: int = 0
    chinese: int = 0
    thoughts: int = 0
    hands: int = 0
    read: set[str] = field(default_factory=set)
    at_mouse: bool = True

    def look(self) -> None:
        """Read what is new here: nobody reads the same line twice."""
        self.page.wait_for_load_state()
        where = self.page.url.split("?")[0]
        if not self.pages or self.pages[-1] != where:
            self.pages.append(where)
        self.read.update(self.page.evaluate(LINES))

    def click(self, target: Locator) -> None:
        self._hand(mouse=True)
        self.clicks += 1
        self.thoughts += 1
        target.click()

    def go(self, target: Locator, then: Locator) -> None:
        """A click that leads on: to another page or another step, known by something on it."""
        self.click(target)
        expect(then).to_be_visible()
        self.look()

    def type(self, target: Locator, text: str, *, tab: bool = False) -> None:
        """Into a field: the first on a page by a click, those that follow with the tabulator."""
        if tab:
            self._hand(mouse=False)
            for _press in range(4):
                self.latin += 1
                self.page.keyboard.press("Tab")
                if target.evaluate("e => e === document.activeElement"):
                    break
            expect(target).to_be_focused()
        elif not target.evaluate("e => e === document.activeElement"):  # else it waits for what is typed
            self.click(target)
            self.thoughts -= 1
        self._hand(mouse=False)
        self.fields += 1
        self.thoughts += 1
        self.page.keyboard.type(text)
        wide = sum(sign >= "\u2e80" for sign in text)
        self.chinese += wide
        self.latin += len(text) - wide

    def choose(self, target: Locator, label: str) -> None:
        """From a menu: one click opens it, one takes the line."""
        self._hand(mouse=True)
        self.clicks += 2
        self.fields += 1
        self.thoughts += 1
        target.select_option(label=label)
        target.focus()

    def _hand(self, *, mouse: bool) -> None:
        self.hands += mouse != self.at_mouse
        self.at_mouse = mouse

    @property
    def to_read(self) -> int:
        return sum("\u4e00" <= sign <= "\u9fff" for line in self.read for sign in line)

    @property
    def seconds(self) -> float:
        doing = self.clicks * (POINT + KEY) + self.hands * HAND + self.thoughts * THINK
        return doing + self.latin * KEY + self.chinese * CHARACTER + self.to_read / READ * 60

    def tell(self, note: Callable[[str, object], None], way: str) -> None:
        figures = {
            "pages and steps": len(self.pages),
            "clicks": self.clicks,
            "fields": self.fields,
            "Latin keys": self.latin,
            "Chinese characters typed": self.chinese,
            "Chinese characters to read": self.to_read,
            "seconds (model)": round(self.seconds),
        }
        for name, figure in figures.items():
            note(f"{way}: {name}", figure)
