"""Parts that pages share: numbers, galleries, downloads."""

from __future__ import annotations

import math
from html import escape

import streamlit as st

from patchdrive.figures import charts
from patchdrive.figures.overlay import hits, odds_of
from patchdrive.figures.picture import MOSAIC
from patchdrive.pipelines import tree as growing
from patchdrive.pipelines.knobs import DriveSettings, TreeSettings
from patchdrive.types import UNTRAINED, DriveResult, Fusion, TreeResult
from patchdrive.ui import runs
from patchdrive.ui.pictures import Opened
from patchdrive.ui.runs import Remembered

WEIGHT = "Fusion weight"
BADGE = f":orange-badge[:material/casino: {UNTRAINED}]"


def tab(key: str, *names: str) -> str:
    """Tabs of which only the open one is made; returns its name."""
    chosen = st.segmented_control(
        "Show", names, default=names[0], key=key, required=True, bind="query-params",
        label_visibility="collapsed",
    )  # fmt: skip
    return str(chosen)


def numbers(cells: dict[str, tuple[str, str]]) -> None:
    """A row of labelled numbers, each with a line of help."""
    columns = st.container(key="numbers").columns(len(cells))
    for column, (label, (value, help_)) in zip(columns, cells.items(), strict=True):
        column.metric(label, value, help=help_)


def percent(share: float) -> str:
    """A share in words; a small one keeps two digits that say something."""
    return f"{100 * share:.1f} %" if share >= 0.001 or share == 0 else f"{100 * share:.2g} %"


def cost(seen: DriveResult) -> None:
    """What the drive read, and how long it took up to the saccades."""
    c = seen.cost
    numbers(
        {
            "Places": (seen.saccades.note.split(" (")[0], "Saccades found, of those asked for"),
            "Read at native resolution": (
                percent(c.share),
                f"{c.pixels_read:,} of {c.pixels_total:,} pixels lie in at least one patch",
            ),
            "Pixels processed": (
                f"{c.megapixels:.2f} MP",
                f"Glance {c.glance_pixels / 1e6:.2f} MP and patches {c.patch_pixels / 1e6:.2f} MP; "
                f"the whole picture has {c.pixels_total / 1e6:.2f} MP",
            ),
            "Glance to saccades": (
                f"{runs.spent(seen):.0f} ms",
                "Time of the stages when they were last computed; a remembered one keeps its time",
            ),
        }
    )
    if "exhausted" in seen.saccades.note:
        st.caption(
            f":material/info: {seen.saccades.note}: no other cell is above the threshold and "
            "outside the NMS radius of the places found."
        )
    if not seen.saliency.trained:
        st.markdown(f"{BADGE} The saliency comes from random weights: it is no finding.")


def found(result: DriveResult, opened: Opened) -> None:
    """How much of the ground truth the patches found, beside what chance and knowledge would."""
    if opened.truth is not None:
        boxes = opened.truth.boxes
        hit = int(hits(boxes, result.patches.boxes).sum())
        words = odds_of(boxes, result).told(len(result.patches))
        st.caption(
            f":material/target: Ground truth: **{hit} of {len(boxes)}** known objects have their "
            f"centre in a patch ({words})."
        )


def gallery(result: DriveResult, opened: Opened, selected: int | None = None) -> None:
    """The patches at native pixels in visiting order, with score and fusion weight."""
    if not len(result.patches):
        st.info("No place is above the threshold: lower it, or choose another saliency.")
        return
    weights = [None] * len(result.patches)
    if result.fusion is not None:
        weights = result.fusion.weights.mean(axis=0).tolist()
    border = str(result.settings["border"])
    cards = []
    for n, box in enumerate(result.patches.boxes.tolist()):
        weight = "" if weights[n] is None else f" · weight {weights[n]:.3f}"
        y, x = result.saccades.yx[n].tolist()
        chosen = ' class="chosen"' if n == selected else ""
        cards.append(
            f"<figure{chosen}><img loading='lazy' width='{box[3] - box[1]}' "
            f"height='{box[2] - box[0]}' src='{escape(crop_url(opened.key, box, border))}' "
            f"alt='patch {n + 1} at y {y}, x {x}'><figcaption><b>{n + 1}</b> · score "
            f"{result.saccades.scores[n]:.3f}{weight}<br><small>y {y}, x {x}</small>"
            "</figcaption></figure>"
        )
    st.html(f"{_STYLE}<div class='pd-patches'>{''.join(cards)}</div>")


def crop_url(key: str, box: list[int], border: str) -> str:
    """Where the crop route serves a window of the picture; relative, as Streamlit's own are."""
    y0, x0, y1, x1 = box
    return f"patchdrive/crop/{key}/{y0}/{x0}/{y1 - y0}/{x1 - x0}?b={border}"


_STYLE = """<style>
.pd-patches { display: flex; flex-wrap: wrap; gap: 12px; max-height: 720px; overflow: auto; }
.pd-patches figure { margin: 0; padding: 4px; border-radius: 8px; border: 1px solid transparent; }
.pd-patches figure.chosen { border-color: currentColor; }
.pd-patches img { display: block; border-radius: 4px; background: #8884; }
.pd-patches figcaption { font-size: 13px; line-height: 1.35; padding-top: 4px; }
.pd-patches small { opacity: 0.65; }
</style>"""


def fusion_note(fusion: Fusion | None) -> None:
    """Which weights made the fusion weights."""
    if fusion is None:
        st.caption("The networks are switched off: no fusion weights.")
    elif fusion.trained:
        st.caption(f"Fusion weights: mean over heads; network: {fusion.source}.")
    else:
        st.markdown(
            f"{BADGE} Fusion weights (mean over heads) come from {fusion.source}: "
            "they show the mechanism, not a finding."
        )


def chosen(viewer: str, result: DriveResult) -> int | None:
    """The index of the saccade that was clicked in the viewer last, while it is still there."""
    places = [tuple(place) for place in result.saccades.yx.tolist()]
    kept = f"chosen {viewer}"
    selected = (st.session_state.get(viewer) or {}).get("select")
    if selected:
        index = selected.get("saccade")
        there = index is not None and index < len(places)  # K may have dropped since the click
        st.session_state[kept] = (index, places[index]) if there else None
    _, place = st.session_state.get(kept) or (None, None)
    return places.index(place) if place in places else None  # marks number saccades anew


def weigh(rows: list[tuple[str, str]], result: DriveResult) -> None:
    """Run once more where the viewer was told of a saccade before its fusion weight was known."""
    known = any(label.startswith(WEIGHT) for label, _ in rows)
    if known or not rows or result.fusion is None:
        return
    shown = repr((result.image.digest, sorted(result.settings.items()), rows[0]))
    if st.session_state.get("weighed") != shown:  # a memory that keeps nothing must not loop
        st.session_state["weighed"] = shown
        st.rerun()


def details(
    result: DriveResult, settings: DriveSettings, index: int | None
) -> list[tuple[str, str]]:
    """What is known of a saccade, as rows for the viewer's panel."""
    if index is None:
        return []
    s, found = result.saccades, runs.inspect(result, settings, index)
    mark = "" if result.saliency.trained else f" ({UNTRAINED})"
    rows = [
        ("Order", f"{index + 1} of {len(s)}"),
        (f"Score{mark}", f"{s.scores[index]:.3f}"),
        ("Rank in the map", f"{found.rank:,} of {found.cells:,} cells"),
    ]
    rows += [(f"by {name}", f"{score:.3f}") for name, score in found.scores.items()]
    if (fusion := runs.fused_before(result, settings)) is not None:
        label = WEIGHT if fusion.trained else f"{WEIGHT} ({UNTRAINED})"
        rows.append((label, f"{float(fusion.weights[:, index].mean()):.3f}"))
    rows.append(("Silenced by it", f"{found.silenced:,} cells"))
    for (y, x), value in zip(found.rivals.tolist(), found.values.tolist(), strict=True):
        rows.append(("silenced", f"{value:.3f} at y {y}, x {x}"))
    return rows


def leaves(result: TreeResult, settings: TreeSettings, kept: Remembered | None) -> None:
    """How many leaves there are, against uniform grids."""
    count, smallest = len(result.quadtree), settings.split.min_leaf
    share = int(result.tokens.valid.sum()) * settings.tokens.token**2 / math.prod(result.image.size)
    numbers(
        {
            "Leaves": (f"{count:,}", "Squares that tile the picture: one token each"),
            "Uniform grid": (
                f"{result.uniform:,}",
                f"Tokens of a grid of {smallest} px, the smallest leaf",
            ),
            "Reduction": (f"{result.reduction:.1f} x", "Uniform grid over leaves"),
            "Same count, uniform": (
                f"{result.equal_side:.0f} px",
                f"A uniform grid of {count:,} tokens would have cells of this side",
            ),
            "Pixels kept": (
                f"{100 * share:.1f} %",
                "Pixels of all tokens over pixels of the picture",
            ),
        }
    )
    if kept is not None:
        st.caption(
            f":material/visibility: Shown as the tokens keep it: **{kept.psnr:.1f} dB** PSNR. The "
            f"whole picture shrunk to as many pixels and enlarged again: {kept.uniform_db:.1f} dB."
        )
    if note := budget_words(result):
        st.caption(f":material/info: {note}")


def budget_words(result: TreeResult) -> str:
    """Why a budget was not met to the leaf, or nothing."""
    tree = result.quadtree
    if tree.asked is None or len(tree) == tree.asked:
        return ""
    if len(tree) > tree.asked:
        return (
            f"The largest leaves of {tree.roots} px alone are {len(tree):,}, more than the budget "
            f"of {tree.asked:,}: raise the largest leaf."
        )
    why = "a cut adds up to three"
    if tree.asked - len(tree) > 2:
        why = "no square that may still be cut holds an edge"
    return f"{len(tree):,} of {tree.asked:,} leaves: {why}."


def token_words(result: TreeResult) -> str:
    """What the mosaic shows."""
    count, side = int(result.tokens.valid.sum()), result.tokens.pixels.shape[1]
    shown = min(count, MOSAIC)
    words = f"{count:,} tokens of {side} x {side} px, each from one leaf, in Morton order"
    return words + (f"; the first {shown:,} are shown." if shown < count else ".")


def threshold_curve(result: TreeResult, settings: TreeSettings) -> None:
    """Leaves for every threshold, exact, where a threshold decides."""
    if settings.split.split == "threshold":
        counts = growing.leaf_counts(result, settings.split)
        st.plotly_chart(
            charts.curve(counts[:2001], settings.split.max_detail, len(result.quadtree))
        )
