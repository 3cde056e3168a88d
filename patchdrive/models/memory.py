"""What a backbone takes of memory, known before one is built: its weights, and a look at pixels.

A model is built on torch's meta device, whose tensors have shapes and hold nothing; a pass through
it is followed operation by operation, as another device would do it.
"""

from __future__ import annotations

import weakref
from functools import cached_property, lru_cache
from typing import Any

import torch
from torch.nn.functional import scaled_dot_product_attention
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from patchdrive.models.backbone import Backbone, create, known
from patchdrive.types import SettingError

SPARE = 1.5
"""What a device takes beside the tensors themselves: convolutions in another layout, work space."""

_PROBE = 448  # px: windows of attention, 7 x 32 px, fill it


class _Live(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Counts the bytes of all tensors that operations make, as long as they live."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.now = self.peak = 0
        self._seen: set[int] = set()

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        made = func(*args, **(kwargs or {}))
        for tensor in tree_leaves(made):
            if isinstance(tensor, torch.Tensor):
                self._follow(tensor.untyped_storage())
        return made

    def _follow(self, storage: torch.UntypedStorage) -> None:
        name = storage._cdata
        if name in self._seen:
            return
        self._seen.add(name)
        nbytes = storage.nbytes()
        self.now += nbytes
        self.peak = max(self.peak, self.now)
        weakref.finalize(storage, self._gone, name, nbytes).atexit = False

    def _gone(self, name: int, nbytes: int) -> None:
        self._seen.discard(name)
        self.now -= nbytes


class _Fused(TorchFunctionMode):
    """Attention never holds its weights, as the kernels that devices have for it."""

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        if func is scaled_dot_product_attention:
            query, _, value = args[:3]
            return query.new_empty(*query.shape[:-1], value.shape[-1])
        return func(*args, **(kwargs or {}))


class Ghost:
    """A backbone that holds nothing.

    parameters  how many numbers it has learned
    nbytes      of its weights
    """

    def __init__(self, name: str) -> None:
        """Build it; SettingError for a name that timm does not have."""
        known(name)
        with torch.device("meta"):
            self._net = Backbone(create(name, None))
        held = [*self._net.parameters(), *self._net.buffers()]
        self.parameters = sum(one.numel() for one in self._net.parameters())
        self.nbytes = sum(one.numel() * one.element_size() for one in held)

    def look(self, count: int, height: int, width: int) -> int:
        """Bytes that features of so many pictures (height, width) take at their peak.

        Followed once on a small picture: it grows with the pixels.
        """
        if self._net.fixed:
            height, width = self._net.fixed
        return int(count * height * width * self._per_pixel)

    @cached_property
    def _per_pixel(self) -> float:
        height, width = self._net.fixed or (_PROBE, _PROBE)
        live = _Live()
        with torch.device("meta"), live, _Fused(), torch.no_grad():
            pixels = torch.empty(1, height, width, 3, dtype=torch.uint8)
            self._net.features(self._net.prepare(pixels))
        return SPARE * live.peak / (height * width)


@lru_cache(maxsize=64)
def ghost(name: str) -> Ghost:
    """The ghost of a backbone; the last ones are kept, as they hold next to nothing."""
    try:
        return Ghost(name)
    except SettingError:
        raise
    except Exception as error:  # a family that reads values while it is built
        raise SettingError(
            f"what the backbone {name} would need of memory cannot be told ({error}); take another"
        ) from error
