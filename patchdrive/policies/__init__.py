"""Selection policies, one a file: from a saliency map to the places where the eye lands.

A policy is a function `(scores (h, w), k, radius=, floor=, size=) -> (n, 2) cells`.
"""

from collections.abc import Callable

from patchdrive.registry import Registry
from patchdrive.types import Int

POLICIES: Registry[Callable[..., Int]] = Registry("patchdrive.policies", "picker")
register = POLICIES.register
