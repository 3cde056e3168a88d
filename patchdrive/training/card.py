"""The card beside a weights file: what it is, how it was made, what it can do and what not."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from patchdrive.models.checkpoint import Metadata
from patchdrive.training import networks


def card(name: str, about: Metadata, parameters: int, command: str) -> str:
    """The card in Markdown.

    name        of the weights file
    parameters  how many numbers the network has
    command     that made it
    """
    scores = about.scores
    lines = [
        f"# {_text(name)}",
        "",
        f"A classifier of {len(about.classes)} classes for pictures of {about.data['size']} x "
        f"{about.data['size']} px; {parameters:,} parameters, kept in half precision.",
        "",
        "## Scores",
        "",
        f"| on {scores['test_pictures']:,.0f} test pictures | this file | largest class always |",
        "|---|---|---|",
        f"| mean of the classes' accuracies | {100 * scores['per_class']:.1f} % | "
        f"{100 / len(about.classes):.1f} % |",
        f"| accuracy over all pictures | {100 * scores['top1']:.1f} % | "
        f"{100 * scores['largest']:.1f} % |",
        "",
        "They are those of the weights in this file, after rounding. A hash of each file name",
        "decides what is tested: about a fifth of the pictures, the same in every run.",
        "",
        *_made(about, command),
        *_limits(about),
    ]
    return "\n".join(lines)


def _text(text: str) -> str:
    """Text that Markdown leaves as it is: a file or a data set may have any name."""
    return "".join(f"\\{c}" if c in "\\`*_[]<>#|~!$&" else c for c in " ".join(text.split()))


def _made(about: Metadata, command: str) -> list[str]:
    minutes = about.seconds / 60
    return [
        "## How it was made",
        "",
        f"By patchdrive {about.version} in {minutes:.1f} minutes on {about.device}:",
        "",
        "```",
        command,
        "```",
        "",
        "with this config:",
        "",
        "```toml",
        *_toml({"data": about.data, "model": networks.acting(about.model), "train": about.train}),
        "```",
        "",
        f"Data: {_text(about.data['name'])}, {about.scores['train_pictures']:,.0f} pictures to "
        f"train on. {_text(about.data['licence']) or 'Their licence is not stated.'}",
        "",
    ]


def _limits(about: Metadata) -> list[str]:
    return [
        "## Limits",
        "",
        f"- It names one of its {len(about.classes)} classes for any picture, "
        "also for one of none of them.",
        f"- It was trained on a small set, from random weights, with one seed "
        f"({about.train['seed']}): it serves to compare networks trained alike. Differences of a "
        "point or two may be chance; other seeds tell.",
        "- The test split was looked at after every epoch, but chose nothing: the weights are those"
        " of the last one.",
        "",
    ]


def _toml(tables: Mapping[str, Mapping[str, Any]]) -> list[str]:
    lines: list[str] = []
    for table, values in tables.items():
        lines += ["", f"[{table}]"] if lines else [f"[{table}]"]
        # JSON's texts, numbers, lists and booleans are TOML's as well; empty ones are left out.
        lines += [
            f"{key} = {json.dumps(value, ensure_ascii=False)}"
            for key, value in values.items()
            if value != ""
        ]
    return lines
