"""One picture, shuffled: what several classifiers say before and after."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np

from patchdrive.images import open_image
from patchdrive.models import trained
from patchdrive.models.checkpoint import Metadata
from patchdrive.models.classifier import Classifier
from patchdrive.ops import robustness
from patchdrive.ops.shuffle import FRACTIONS, Protocol
from patchdrive.pipelines.clock import Chain, Listener, Memory, forget, silence
from patchdrive.pipelines.position import prepared, seen
from patchdrive.pipelines.protocols import ShuffleSettings
from patchdrive.pipelines.shown import show
from patchdrive.pipelines.shuffle import Run, ShuffleReport, shuffled_logits, sweep
from patchdrive.types import Byte, Float, Image, SettingError
from patchdrive.version import __version__

DEFAULT = ("vit-learned", "vit-none", "vit-lgp", "vit-summary")
BEST = 5  # answers
DRAWS = (0, 1, 2, 3, 4)  # added to the seed, for curves


@dataclass(frozen=True, eq=False)
class Answer:
    """What one classifier says.

    model, title    its name, and in words
    before, after   the best answers as (class, probability); after is empty where the protocol
                    does not apply
    kept            probability of the first answer after shuffling
    cosine, kl      of the logits before and after; None where it does not apply
    largest         largest change of a logit
    exact           the change is rounding: a no-op
    reason          why the protocol does not apply, or ""
    """

    model: str
    title: str
    before: tuple[tuple[str, float], ...]
    after: tuple[tuple[str, float], ...] = ()
    kept: float | None = None
    cosine: float | None = None
    kl: float | None = None
    largest: float | None = None
    exact: bool = False
    reason: str = ""

    @property
    def same(self) -> bool | None:
        """Whether the answer stays; None where the protocol does not apply."""
        return self.before[0][0] == self.after[0][0] if self.after else None

    @property
    def words(self) -> str:
        """Both answers in a line."""
        told = [
            f"{name} ({100 * share:.0f} %)" for name, share in (self.before[0], *self.after[:1])
        ]
        if self.reason:
            return f"{told[0]}; does not apply: {self.reason}"
        change = "exact no-op" if self.exact else f"largest change of a logit {self.largest:.3g}"
        return f"{told[0]} -> {told[1]}; {change}"


@dataclass(frozen=True, eq=False)
class Answers:
    """A picture and its answers.

    image    the picture
    seen     (S, S, 3) uint8, what the classifiers were shown
    shown    (n, n, 3) uint8, the same order of a finer copy; of bands, of `seen`
    answers  one a model
    """

    image: Image
    seen: Byte
    shown: Byte
    answers: tuple[Answer, ...]
    settings: dict[str, Any]
    ms: dict[str, float]


def shuffle(
    source: Any,
    *,
    models: Sequence[str] = (),
    memory: Memory = forget,
    listener: Listener = silence,
    **values: Any,
) -> Answers:
    """Shuffle a picture, and ask classifiers before and after.

    source  path, bytes, file, array or PIL picture
    models  names of shipped classifiers, or checkpoints of `patchdrive train`; () for a choice
    values  knobs of ShuffleSettings: stage, block, misaligned, fraction, shuffle_seed
    raises  ImageError for a picture that cannot be opened, SettingError for a knob or a model
    """
    image = open_image(source)
    for name in values:
        if name not in ShuffleSettings.knobs():
            known = ", ".join(ShuffleSettings.knobs())
            raise SettingError(f"there is no knob {name!r}; there is: {known}")
    settings = ShuffleSettings.of(values)
    return ask(image, settings, tuple(models) or offered(), memory=memory, listener=listener)


def offered() -> tuple[str, ...]:
    """The classifiers that are asked where nobody says which."""
    there = trained.shipped()
    return tuple(name for name in DEFAULT if name in there) or there


def ask(
    image: Image,
    settings: ShuffleSettings,
    models: Sequence[str],
    *,
    memory: Memory = forget,
    listener: Listener = silence,
) -> Answers:
    """As `shuffle`, with settings in place of values."""
    chain, protocol = Chain(image.digest, memory, listener), settings.protocol
    nets = found_models(models)
    (net, _), *_ = nets.values()
    side, patch = net.config.size, net.config.patch
    shot = seen(image, side, chain)
    answers = []
    for name, (one, about) in nets.items():
        clean = chain.stage(f"clean logits of {name}", (), partial(_clean, one, shot))
        tell = partial(_answer, name, (one, about.classes), shot, clean, protocol)
        answers.append(chain.stage(f"answer of {name}", (protocol,), tell))
    shown = chain.stage("shown", (protocol, side, patch), lambda: show(image, protocol, net))
    values = {**settings.flat(), "models": list(models)}
    return Answers(image, shot, shown, tuple(answers), values, chain.ms)


def found_models(models: Sequence[str]) -> dict[str, tuple[Classifier, Metadata]]:
    """Classifiers by name; SettingError where there are none, or they do not go together."""
    if not models:
        raise SettingError("choose at least one model to ask")
    nets = {name: trained.find(name) for name in models}
    sizes = {name: (net.config.size, net.config.patch) for name, (net, _) in nets.items()}
    for name, size in sizes.items():
        if size != sizes[models[0]]:
            raise SettingError(f"{name} takes pictures of another size than {models[0]}")
    return nets


def titled(name: str) -> str:
    """A model in words; a checkpoint of one's own is called by its path."""
    return trained.TITLES.get(name, name)


def _clean(net: Classifier, shot: Byte) -> Float:
    return shuffled_logits(net, prepared(shot), None)


def _answer(
    name: str,
    asked: tuple[Classifier, Sequence[str]],
    shot: Byte,
    clean: Float,
    protocol: Protocol,
) -> Answer:
    """One model's answers, where those to the unshuffled picture are known."""
    net, classes = asked
    answer = Answer(name, titled(name), _best(clean, classes))
    try:
        moved = shuffled_logits(net, prepared(shot), protocol)
    except SettingError as error:
        return replace(answer, reason=str(error))
    largest = robustness.largest_change(clean, moved)
    return replace(
        answer,
        after=_best(moved, classes),
        kept=robustness.confidence(clean, moved),
        cosine=robustness.logit_cosine(clean, moved),
        kl=robustness.divergence(clean, moved),
        largest=largest,
        exact=robustness.exact(np.array([largest]), float(np.abs(clean).max())),
    )


def _best(logits: Float, classes: Sequence[str]) -> tuple[tuple[str, float], ...]:
    shares = np.exp(robustness.log_softmax(logits))[0]
    order = np.argsort(-shares, kind="stable")[:BEST]
    return tuple((classes[i], float(shares[i])) for i in order)


def curves(
    image: Image,
    settings: ShuffleSettings,
    models: Sequence[str],
    *,
    memory: Memory = forget,
    listener: Listener = silence,
) -> ShuffleReport:
    """How the answers to one picture change as more is shuffled, over several draws."""
    chain = Chain(image.digest, memory, listener)
    nets = {name: net for name, (net, _) in found_models(models).items()}
    side = next(iter(nets.values())).config.size
    protocol = replace(settings.protocol, fraction=0.0, seed=0)
    draws = tuple(settings.shuffle_seed + draw for draw in DRAWS)
    shot = seen(image, side, chain)

    def run() -> ShuffleReport:
        return sweep(nets, prepared(shot), protocol, FRACTIONS, Run(seeds=draws, listener=listener))

    return chain.stage("curves", (protocol, draws, *models), run)


def to_json(found: Answers, tokens: Mapping[str, Any] | None = None) -> str:
    """Settings, digest and answers as text.

    tokens  what `token_means` found, by model
    """
    answers = [
        {
            "model": one.model,
            "before": [{"class": c, "probability": p} for c, p in one.before],
            "after": [{"class": c, "probability": p} for c, p in one.after],
            "same": one.same, "kept": one.kept, "cosine": one.cosine, "kl": one.kl,
            "largest_change": one.largest, "exact_no_op": one.exact, "reason": one.reason,
            **({"mean_token_cosine": tokens[one.model]} if tokens else {}),
        }
        for one in found.answers
    ]  # fmt: skip
    values = {
        "patchdrive": __version__,
        "picture": {"name": found.image.name, "digest": found.image.digest},
        "settings": found.settings,
        "answers": answers,
        "ms": {name: round(ms, 3) for name, ms in found.ms.items()},
    }
    return json.dumps(values, indent=1, allow_nan=False)
