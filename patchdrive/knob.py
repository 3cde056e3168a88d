"""A knob, and whether it does anything beside the values of others.

A given knob acts or is refused. What it needs is declared with it, once, in its settings class.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from patchdrive.types import SettingError

Value = int | float | str | bool


@dataclass(frozen=True)
class Knob:
    """One thing that a person can turn.

    default, help, label  the starting value, one line, the words on the widget
    low, high, step       range of a number, ends included
    unit                  "px", "%", or nothing
    choices               the allowed values, where they can be listed
    open                  with choices: other texts are allowed too
    log                   a slider should move by powers of two
    needs                 other knobs and their values: it acts only where one of them has such a
                          value; () where it always acts
    """

    default: Value
    help: str
    label: str = ""
    low: float | None = None
    high: float | None = None
    step: float | None = None
    unit: str = ""
    choices: tuple[Value, ...] = ()
    open: bool = False
    log: bool = False
    needs: tuple[tuple[str, tuple[Value, ...]], ...] = ()

    def check(self, name: str, value: Any) -> Value:
        """The value in the knob's own type, or a SettingError that says what is allowed."""
        kind = type(self.default)
        try:
            if isinstance(value, bool) and kind is not bool:
                raise TypeError
            if kind is int and float(value) != int(float(value)):
                raise ValueError
            if kind is bool:
                value = _boolean(value)
            else:
                value = int(float(value)) if kind is int else kind(value)
        except (TypeError, ValueError, OverflowError):
            words = {int: "a whole number", float: "a number", bool: "on or off"}
            wanted = words.get(kind, "a word")
            raise SettingError(f"{name} must be {wanted}, not {value!r}") from None
        if self.choices and not self.open and value not in self.choices:
            listed = ", ".join(str(choice) for choice in self.choices)
            raise SettingError(f"{name} must be one of {listed}, not {value!r}")
        low, high = self.low, self.high
        if kind in (int, float) and not (
            (low is None or value >= low) and (high is None or value <= high)
        ):
            unit = f" {self.unit}" if self.unit else ""
            raise SettingError(f"{name} must be {low} to {high}{unit}, not {value}")
        return value  # type: ignore[no-any-return]


def _boolean(value: object) -> bool:
    if isinstance(value, bool):
        return value
    words = {"true": True, "1": True, "on": True, "yes": True}
    words |= {"false": False, "0": False, "off": False, "no": False}
    try:
        return words[str(value).lower()]
    except KeyError:
        raise ValueError from None


def acts(name: str, values: Mapping[str, Any], knobs: Mapping[str, Knob]) -> bool:
    """Whether a knob changes anything beside these values; what is not among them is a default.

    True where that is up to knobs that are not here.
    """
    needs = knobs[name].needs
    if not needs or any(other not in knobs for other, _ in needs):
        return True
    return any(_value(other, values, knobs) in allowed for other, allowed in needs)


def acting(values: Mapping[str, Any], knobs: Mapping[str, Knob]) -> dict[str, Any]:
    """Those of the values that change anything: a page may remember the others."""
    return {name: value for name, value in values.items() if acts(name, values, knobs)}


def settled(values: Mapping[str, Any], knobs: Mapping[str, Knob]) -> dict[str, Any]:
    """Given values, and those that they ask for: a budget alone asks for split=budget.

    raises  SettingError for a value that would do nothing beside the others
    """
    found = dict(values)
    for name in values:
        if acts(name, found, knobs):
            continue
        if not any(other in found for other, _ in knobs[name].needs):
            other, allowed = knobs[name].needs[0]
            found[other] = allowed[0]
    refuse_idle(values, found, knobs)
    return found


def refuse_idle(
    given: Mapping[str, Any], values: Mapping[str, Any], knobs: Mapping[str, Knob]
) -> None:
    """Raise a SettingError for the first given value that does nothing beside the others."""
    for name in given:
        if acts(name, values, knobs):
            continue
        needs = knobs[name].needs
        wanted = " or ".join(f"{o}={_word(v)}" for o, allowed in needs for v in allowed)
        there = " and ".join(f"{o}={_word(_value(o, values, knobs))}" for o, _ in needs)
        raise SettingError(f"{name} acts only with {wanted}, not with {there}; leave one out")


def _value(name: str, values: Mapping[str, Any], knobs: Mapping[str, Knob]) -> Value:
    return knobs[name].check(name, values.get(name, knobs[name].default))


def _word(value: Value) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def unknown(values: Mapping[str, Any], known: Mapping[str, Any]) -> None:
    """Raise a SettingError for the first of the values that is no known knob."""
    for name in values:
        if name not in known:
            listed = ", ".join(sorted(known))
            raise SettingError(f"there is no setting {name!r}; there are: {listed}")
