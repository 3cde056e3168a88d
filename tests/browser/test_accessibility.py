"""Nobody is kept out of the viewer: axe-core finds nothing serious in it, in any dress and width.

What it finds in Streamlit's own parts of the page is printed (`pytest -s`) and fails nothing.
"""

from collections import Counter
from pathlib import Path

import pytest

from tools import axe

ROOT = Path(__file__).parents[2]
WIDE, NARROW = {"width": 1400, "height": 900}, {"width": 400, "height": 800}


@pytest.fixture(scope="session")
def address(serve, lacking):
    if not axe.SCRIPT.exists():
        lacking("axe-core is not installed: npm ci --prefix tools")
    return serve(ROOT / "app.py")


@pytest.fixture
def visit(open_page, errors, address):
    """A function: a link -> its page with a viewer at rest."""

    def at(link, **options):
        page = open_page(**options)
        page.set_default_timeout(60_000)
        page.goto(address + link)
        page.wait_for_function("performance.getEntriesByName('patchdrive:draw').length > 0")
        page.locator(".viewer[data-missing='0'][data-busy='false']").wait_for()
        return page

    yield at
    # Off the first page Streamlit asks for itself at a wrong address first; the browser logs that.
    errors[:] = [line for line in errors if "status of 404" not in line]


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("link", axe.PAGES, ids=["drive", "quadtree"])
def test_nothing_serious_is_found_in_the_viewer(visit, link, scheme, size):
    page = visit(link, viewport=size, color_scheme=scheme)
    found = axe.audit(page)
    page.locator(".box").press("?")  # the list of keys is to be read as well
    found += axe.audit(page)
    beside = Counter(f"{one.impact} {one.rule}: {one.help}" for one in found if not one.inside)
    for words, times in beside.items():
        print(f"beside the viewer, {times} x {words}")
    ours = dict.fromkeys(str(finding) for finding in found if finding.inside and finding.grave)
    assert not ours, "in the viewer:\n" + "\n".join(ours)


def test_a_fault_in_the_viewer_would_be_found(visit):
    page = visit(axe.PAGES[0])
    page.locator(".viewer").evaluate("(viewer) => viewer.append(document.createElement('button'))")
    assert "button-name" in [one.rule for one in axe.audit(page) if one.inside and one.grave]
