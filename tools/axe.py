"""What axe-core finds against a page: `python -m tools.axe` lists it for the app's pages.

axe-core comes by npm: `npm ci --prefix tools`. It walks into shadow roots by itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools.app import ARGS, app, chromium

SCRIPT = Path(__file__).with_name("node_modules") / "axe-core" / "axe.min.js"
PAGES = ("/?fuse=false&picture=town", "/quadtree?picture=sky")
GRAVE = ("serious", "critical")
RUN = """async (selector) => {
  const { violations } = await axe.run(document, { elementRef: true, resultTypes: ["violations"] });
  return violations.flatMap(({ id, help, nodes }) => nodes.map((node) => ({
    rule: id,
    help,
    impact: node.impact ?? "minor",
    target: node.target.flat().join(" >>> "),
    why: node.failureSummary ?? "",
    inside: node.element.closest(selector) !== null,
  })));
}"""


@dataclass(frozen=True)
class Finding:
    """One element that breaks one rule.

    rule, help  axe's name of the rule, and what it asks for
    impact      "minor", "moderate", "serious" or "critical"
    target      selectors of the element, ">>>" between the trees of shadow roots
    why         what is wrong with it, in axe's words
    inside      whether it lies in the part that was asked about
    """

    rule: str
    help: str
    impact: str
    target: str
    why: str
    inside: bool

    @property
    def grave(self) -> bool:
        """Whether somebody is kept out by it."""
        return self.impact in GRAVE

    def __str__(self) -> str:
        why = " ".join(self.why.split())
        return f"{self.impact} {self.rule}: {self.help}\n    at {self.target}\n    {why}"


def audit(page: Any, selector: str = ".viewer") -> list[Finding]:
    """All findings on a Playwright page as it is now, inside and outside of `selector`."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(SCRIPT.read_text(encoding="utf-8") + "; void 0")
    return [Finding(**told) for told in page.evaluate(RUN, selector)]


def main() -> None:
    """Print what is found on the app's pages."""
    from playwright.sync_api import sync_playwright

    with app() as address, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium(), args=ARGS)
        for link in PAGES:
            page = browser.new_page(viewport={"width": 1400, "height": 900})
            page.goto(address + link)
            page.wait_for_function("performance.getEntriesByName('patchdrive:draw').length > 0")
            print(f"\n{link}")
            for finding in audit(page):
                print(f"{'viewer' if finding.inside else 'page'}: {finding}")


if __name__ == "__main__":
    main()
