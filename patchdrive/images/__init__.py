"""Opening pictures: files, bytes, uploads, arrays and PIL pictures become one kind of Image."""

from patchdrive.images.complaints import DamagedError, TooLargeError
from patchdrive.images.decode import FORMATS
from patchdrive.images.limits import LIMIT
from patchdrive.images.mask import MaskPicture
from patchdrive.images.memory import MemoryImage
from patchdrive.images.opening import Source, open_image
from patchdrive.images.tiles import encode, levels, tile

__all__ = [
    "FORMATS",
    "LIMIT",
    "DamagedError",
    "MaskPicture",
    "MemoryImage",
    "Source",
    "TooLargeError",
    "encode",
    "levels",
    "open_image",
    "tile",
]
