"""Saliency methods, one a file: how much each cell of a glance deserves a look.

A method is a function `(glance, settings) -> (h, w) float`; any scale, it is brought to [0, 1]
afterwards. It says on which scale its map can be read: "log" only where few places stand out. To
add one, add a file here that registers it: menus, sliders and flags follow.
"""

from collections.abc import Callable
from typing import Any

from patchdrive.registry import Registry
from patchdrive.types import Float, Glance

METHODS: Registry[Callable[[Glance, Any], Float]] = Registry("patchdrive.saliency", "saliency")
register = METHODS.register
DEFAULT = "contrast"
