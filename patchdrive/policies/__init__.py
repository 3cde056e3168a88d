"""Selection policies, one a file: from a saliency map to the places where the eye lands.

A policy is a function `(scores (h, w), k, radius=, floor=, size=, valid=) -> (n, 2) cells`; `valid`
(h, w) bool says which cells may be picked, None: all.
"""

from collections.abc import Callable

from patchdrive.registry import Registry
from patchdrive.types import Int

POLICIES: Registry[Callable[..., Int]] = Registry("patchdrive.policies", "picker")
register = POLICIES.register
