"""The frame around every page: menu, clean-up of memory, and errors in words."""

from __future__ import annotations

import atexit
import gc
import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import wraps
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.runtime.pages_manager import PagesManager
from streamlit.runtime.scriptrunner import get_script_run_ctx

from patchdrive.plaintext import markdown as plain
from patchdrive.types import PatchdriveError
from patchdrive.ui import links, restart
from patchdrive.ui.leases import here, leases

# Knobs and picture stand side by side where both have room, and the picture above the knobs else.
_SIDES = ".st-key-sides > * > [data-testid=stHorizontalBlock]"
_NUMBERS = ".st-key-numbers > * > [data-testid=stHorizontalBlock]"
_STYLE = f"""<style>
.stMainBlockContainer {{ padding: 4.6rem 2.2rem 3rem; }}
[data-testid="stMetricValue"] {{ font-size: 1.5rem; }}
[class*="st-key-sample_"] button {{ min-height: 1.7rem; padding: 0 0.3rem; }}
[class*="st-key-sample_"] button p {{ font-size: 0.78rem; }}
.stApp [data-testid="stSidebarUserContent"] {{ padding-bottom: 3rem; }}
{_NUMBERS} {{ flex-wrap: wrap; }}
{_NUMBERS} > [data-testid=stColumn] {{ flex: 1 1 9.6rem; min-width: 9.6rem; }}
{_SIDES} {{ flex-wrap: wrap-reverse; align-items: start; }}
{_SIDES} > [data-testid=stColumn] {{ min-width: min(220px, 100%); }}
{_SIDES} > [data-testid=stColumn]:last-child {{ min-width: min(560px, 100%); }}
@media (hover: none) {{
  .stApp .modebar-container {{ display: none; }} /* fingers need it not, and it lies on legends */
}}
@media (max-width: 640px) {{
  .stMainBlockContainer {{ padding: 4.2rem 0.9rem 2rem; }}
}}
</style>"""

LOG = logging.getLogger("patchdrive")


def own_menu() -> None:
    """Tell Streamlit before the first session that the menu is ours.

    It sees a folder called pages and, until `st.navigation` has run once, builds a menu from that
    by itself: whoever comes first after a start, on a link to a page, would be told that there is
    no such page.
    """
    PagesManager.uses_pages_directory = False
    restart.whole_pages_first()


def menu(pages: Path) -> None:
    """Build the menu from pages/<n>_<section>/<n>_<Title>.py, and run the chosen page."""
    st.set_page_config("patchdrive", str(pages.parent / "assets" / "icon.svg"), layout="wide")
    _warm()
    sections: dict[str, list[object]] = {}
    files: dict[str, Path] = {}
    for folder in sorted(folder for folder in pages.iterdir() if folder.is_dir()):
        section = folder.name.split("_", 1)[1].capitalize()
        for file in sorted(folder.glob("*.py")):
            title = file.stem.split("_", 1)[1].replace("_", " ")
            path = title.lower().replace(" ", "-")
            page = st.Page(file, title=title, url_path=path, default=not sections)
            sections.setdefault(section, []).append(page)
            files[title] = file
    chosen = st.navigation(sections)  # type: ignore[arg-type]
    st.logo(str(pages.parent / "assets" / "logo.svg"), size="large")
    st.html(_STYLE)
    restart.watch()
    _visit()
    links.begin(chosen.title)
    place = st.container()
    with words_for_errors():
        chosen.run()
    links.tell(place)
    with st.expander("Source of this page", icon=":material/code:"):
        st.code(files[chosen.title].read_text(), "python")


def _visit() -> None:
    """This session is there: what it opens is held as long as it is."""
    if (session := here()) is not None:
        leases().visit(session)


@st.cache_resource(show_spinner=False)
def _warm() -> bool:
    """Import what is heavy, then take it out of the garbage collector's sight.

    Streamlit collects after each run; with half a million objects of libraries alive that costs up
    to 100 ms of every interaction.
    """
    import plotly.graph_objects
    import timm
    import torch

    import patchdrive.pipelines.drive
    import patchdrive.pipelines.tree  # noqa: F401

    del plotly, timm
    if (cores := os.cpu_count() or 1) > 2:
        torch.set_num_threads(cores - 1)  # one is left to serve tiles
    gc.collect()
    gc.freeze()
    atexit.register(gc.unfreeze)  # or libraries report what was never collected as leaks
    return True


def sides(share: float) -> tuple[Any, Any]:
    """Columns for knobs and picture; the picture's is so many times as wide, once on a page."""
    left, right = st.container(key="sides").columns([1, share], gap="medium")
    return left, right


def fragment(body: Callable[[], None]) -> Callable[[], None]:
    """`st.fragment` whose errors are words too: it reruns without the menu around it.

    Where a newer turn of a knob ends it early (`Superseded`), what is shown stays until that run.
    """

    @st.fragment
    @wraps(body)
    def guarded() -> None:
        with words_for_errors(), suppress(Superseded):
            body()

    return guarded


class Superseded(Exception):  # noqa: N818  (nothing went wrong)
    """A newer turn of a knob waits: what is being computed is no longer wanted."""


def give_way() -> None:
    """Raise Superseded where nobody waits for this run any more.

    Streamlit ends a run for a rerun of the whole page, but lets it finish before it reruns a
    fragment; so the latest turn of a knob would wait for work that nobody wants any more. A run
    whose browser has gone is told to stop, but hears of it only when it writes to the page. There
    is no public way to ask; where the private one is gone, the run is finished as before.
    """
    requests = getattr(get_script_run_ctx(suppress_warning=True), "script_requests", None)
    if getattr(getattr(requests, "_state", None), "name", "") in ("RERUN", "STOP"):
        raise Superseded


@contextmanager
def words_for_errors() -> Iterator[None]:
    """One red line for what a person can mend; no traceback for what they cannot."""
    try:
        yield
    except PatchdriveError as error:
        st.error(plain(str(error)))
    except MemoryError:
        LOG.exception("out of memory")
        st.error("There is not enough memory for this: choose a smaller picture or fewer patches.")
    except Exception:
        LOG.exception("a page failed")
        st.error("Something went wrong here. It has been logged; turn a knob or reload to go on.")
