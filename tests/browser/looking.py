"""How a page is judged: by axe-core, and by measures of our own (width, targets, size of text, focus).

axe is fetched at test set-up (bin/get-axe) and never kept in the tree. Its program is put into the page by the browser's own
debugging line, which the page's Content-Security-Policy does not stop.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

AXE = Path(__file__).resolve().parents[2] / ".venv" / "axe" / "axe.min.js"
MEASURES = Path(__file__).with_name("measures.js").read_text("utf-8").split("\n", 1)[1].strip()
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
BINDING = {"serious", "critical"}
BY_COLOUR = ["color-contrast", "link-in-text-block"]
"""The rules whose answer depends on the colours: asked again in every light."""

_ASK = """async ([kind, values]) => {
  const told = await axe.run(document, {
    runOnly: { type: kind, values }, resultTypes: ['violations'], elementRef: false, preload: false, iframes: false,
  });
  return told.violations.map(v => ({ id: v.id, impact: v.impact, help: v.help, tags: v.tags,
    nodes: v.nodes.map(n => ({ target: n.target.join(' '), html: n.html.slice(0, 160), why: (n.any[0] || n.all[0] || n.none[0] || {}).message })) }));
}"""


@dataclass(frozen=True)
class Fault:
    """One rule of axe that a page breaks. ``binding``: serious or critical, and of a WCAG level that we promise."""

    rule: str
    impact: str
    binding: bool
    places: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.rule} ({self.impact}):\n    " + "\n    ".join(self.places[:6])


def need_axe() -> None:
    """Skip aloud where axe could not be fetched; fail on CI, where it must be there."""
    if AXE.is_file():
        return
    if os.environ.get("CI"):
        pytest.fail("axe-core is missing: bin/setup test fetches it with npm", pytrace=False)
    pytest.skip("axe-core is missing: bin/setup test fetches it where there is npm and a network")


def axe(page: Page, *, rules: list[str] | None = None, advice: bool = False) -> list[Fault]:
    """What axe has against the page as it is now. ``rules``: these rules only; ``advice``: best practices too."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE.read_text("utf-8"))
    wanted = ["rule", rules] if rules else ["tag", LEVELS + (["best-practice"] if advice else [])]
    found = []
    for each in page.evaluate(_ASK, wanted):
        binding = each["impact"] in BINDING and bool(set(each["tags"]) & set(LEVELS))
        places = tuple(f"{node['target']} · {node['html']} · {node['why']}" for node in each["nodes"])
        found.append(Fault(each["id"], each["impact"], binding, places))
    return found


def measured(page: Page, *, phone: bool = False) -> list[str]:
    """What is wrong by our own measure at the present width. ``phone``: a finger has to meet every target."""
    found: list[Any] = page.evaluate(f"phone => {MEASURES}.measured(phone)", phone)
    return [str(each) for each in found]


def remember_rest(page: Page) -> None:
    """Note how everything looks while the keyboard is elsewhere."""
    page.evaluate(f"() => {MEASURES}.rest()")


def focus(page: Page) -> dict[str, Any]:
    """Where the keyboard stands: ``what`` in words ("" nowhere), ``shown``: it looks otherwise than at rest, by a ring or a shadow;
    ``within``: in the window and not hidden below something; and ``name``, ``value``, ``type``, ``checked``, ``text``.
    """
    told: dict[str, Any] = page.evaluate(f"() => {MEASURES}.focus()")
    return told
