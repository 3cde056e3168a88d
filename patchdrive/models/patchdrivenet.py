"""PatchDriveNet: look at the whole picture small, choose places, look at those closely, fuse.

`forward` is the whole drive over a batch, made for training: gradients reach every part. The other
methods are its stages over one picture, made for the pipeline: no gradients, bytes in.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import torch
from torch import nn

from patchdrive.models import weights
from patchdrive.models.backbone import Backbone, backbone
from patchdrive.models.controller import Controller, greedy
from patchdrive.models.fusion import AttentionFusion
from patchdrive.models.heads import SaliencyHead, VectorHead
from patchdrive.models.shrink import shrink
from patchdrive.models.widths import WIDTHS
from patchdrive.ops.crops import crop_tensor
from patchdrive.types import Byte, Grid, Int, Size


class Answer(NamedTuple):
    """What a PatchDriveNet made of a batch, each step of it.

    logits    (B, classes) the answer
    vector    (B, D) the fused description
    weights   (B, heads, K) attention on the patches
    features  (B, C, h, w) of the glance
    saliency  (B, h, w) logits
    yx        (B, K, 2) int64 centres in picture pixels, padded with -1
    valid     (B, K) bool, False for padding
    patches   (B, K, 3, p, p) native, of the images' dtype; zeros for padding
    vectors   (B, K, D) of the patches; zeros for padding
    """

    logits: torch.Tensor
    vector: torch.Tensor
    weights: torch.Tensor
    features: torch.Tensor
    saliency: torch.Tensor
    yx: torch.Tensor
    valid: torch.Tensor
    patches: torch.Tensor
    vectors: torch.Tensor


class PatchDriveNet(nn.Module):
    """The network of the drive.

    Choosing places is a hard decision without a gradient. So each patch's vector is multiplied by
    how salient its cell was (0 to 1), and what helps the answer teaches the saliency head.

    backbones    names of timm, built Backbones, or modules from (B, 3, H, W) to (B, C, h, w)
    num_patches  K, places to look at
    patch        side of a native patch, px
    radius       no two places closer than this in y and in x, px
    glance       longer side of the small look, px
    controller   what decides where to look; None: greedy top-K
    seed         of the heads' weights, and of backbones given by name
    source       which weights it has, in words
    trained      True only where backbones and heads were trained together
    """

    def __init__(
        self,
        global_backbone: str | nn.Module,
        highres_backbone: str | nn.Module,
        num_patches: int = 16,
        *,
        patch: int = 224,
        radius: int = 160,
        glance: int = 1024,
        classes: int = WIDTHS.classes,
        controller: Controller | None = None,
        seed: int = 0,
    ) -> None:
        super().__init__()
        self.num_patches, self.patch, self.radius, self.glance = num_patches, patch, radius, glance
        self.global_net = _as_backbone(global_backbone, seed)
        self.highres_net = _as_backbone(highres_backbone, seed)
        with weights.seeded(seed):
            self.saliency_head = SaliencyHead(self.global_net.dim, WIDTHS.saliency)
            self.query = nn.Linear(WIDTHS.saliency, WIDTHS.vector)
            self.patch_head = VectorHead(self.highres_net.dim, WIDTHS.vector)
            self.fusion = AttentionFusion(WIDTHS.vector, WIDTHS.heads)
            self.classifier = nn.Linear(WIDTHS.vector, classes)
        self.controller: Controller = controller or greedy
        self.seed = seed
        self.checkpoint = ""

    def forward(self, images: torch.Tensor) -> Answer:
        """Drive over a batch of pictures (B, 3, H, W) of one size, uint8 or float in [0, 1]."""
        size = images.shape[-2], images.shape[-1]
        small = shrink(images, self.glance)
        features = self.global_net.features(self.global_net.normalize(small))
        saliency = self.saliency_head(features)
        yx = self._choose(saliency, features, size)
        valid = torch.from_numpy(yx[..., 0] >= 0).to(images.device)
        patches = crop_tensor(images, np.maximum(yx, 0), self.patch)
        patches = patches.masked_fill(~valid[..., None, None, None], 0)
        # Padding never goes through the network: it costs, and would shift batch statistics.
        found = self._look(self.highres_net.normalize(patches[valid]))
        vectors = found.new_zeros(*valid.shape, found.shape[1])
        vectors = vectors.masked_scatter(valid[..., None], found)
        strength = _strength(saliency, yx, size)
        vector, attention, logits = self._fuse(features, vectors, yx, size, strength)
        places = torch.from_numpy(yx).to(images.device)
        return Answer(
            logits, vector, attention, features, saliency, places, valid, patches, vectors
        )

    @torch.no_grad()
    def encode_glance(self, pixels: Byte | torch.Tensor) -> torch.Tensor:
        """Features (1, C, h', w') on the device of a glance (h, w, 3) uint8."""
        return self.global_net.features(self.global_net.prepare(pixels[None]))

    @torch.no_grad()
    def judge(self, features: torch.Tensor) -> torch.Tensor:
        """Saliency logits (B, h', w') of features (B, C, h', w')."""
        logits: torch.Tensor = self.saliency_head(features)
        return logits

    @torch.no_grad()
    def encode_patches(self, pixels: Byte | torch.Tensor, *, batch: int = 16) -> torch.Tensor:
        """Vectors (K, D) on the device of native patches (K, p, p, 3) uint8, so many at once."""
        done = [torch.empty(0, WIDTHS.vector, device=self.highres_net.device)]
        for start in range(0, len(pixels), batch):
            done.append(self._look(self.highres_net.prepare(pixels[start : start + batch])))
        return torch.cat(done)

    @torch.no_grad()
    def fuse(
        self,
        features: torch.Tensor,
        vectors: torch.Tensor,
        yx: Int,
        size: Size,
        strength: torch.Tensor | None = None,
    ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Fuse patches into glances.

        features  (B, C, h', w') of the glances
        vectors   (B, K, D) of `encode_patches`
        yx        (B, K, 2) int64 centres of the patches, picture pixels; -1 where there is none
        size      (H, W) of the pictures
        strength  (B, K) how much each patch counts, 0 to 1; None: as salient as this net finds its
                  place, whoever chose it
        returns   the fused vector (B, D), attention (B, heads, K), logits (B, classes)
        """
        yx = np.asarray(yx, np.int64)
        if strength is None:
            strength = _strength(self.judge(features), yx, size)
        return self._fuse(features, vectors, yx, size, strength)

    @property
    def trained(self) -> bool:
        """Whether the whole net was trained, heads and all."""
        return bool(self.checkpoint)

    @property
    def source(self) -> str:
        """Which weights the net has, in words."""
        parts = self.global_net, self.highres_net
        if self.checkpoint:
            return self.checkpoint
        if not any(part.trained for part in parts):
            return f"untrained (seed {self.seed})"
        if all(part.trained for part in parts):
            return "pretrained backbones, untrained heads"
        return "one pretrained backbone, the rest untrained"

    def load(self, state: weights.State, source: str) -> None:
        """Take the weights of a whole trained net; raises WeightsError where they do not fit."""
        weights.fit(self, state, source)
        self.checkpoint = source
        for part in (self.global_net, self.highres_net):
            part.source, part.trained = source, True

    def _choose(self, saliency: torch.Tensor, features: torch.Tensor, size: Size) -> Int:
        """Centres (B, K, 2) in picture pixels, padded with -1."""
        chosen = self.controller(
            saliency, self.num_patches, features=features, radius=self.radius, size=size
        )
        cells = torch.as_tensor(chosen).cpu().numpy()
        centres = Grid(size, _shape(saliency)).to_pixels(cells)
        return np.where(cells < 0, -1, centres)

    def _look(self, prepared: torch.Tensor) -> torch.Tensor:
        """Vectors (N, D) of prepared patches (N, 3, p, p)."""
        if not len(prepared):
            return prepared.new_empty(0, WIDTHS.vector)
        vectors: torch.Tensor = self.patch_head(self.highres_net.features(prepared))
        return vectors

    def _fuse(
        self,
        features: torch.Tensor,
        vectors: torch.Tensor,
        yx: Int,
        size: Size,
        strength: torch.Tensor,
    ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        query = self.query(self.saliency_head.embed(features).mean((2, 3)))
        places = torch.tensor(yx, device=features.device)
        weighed = vectors * strength[..., None]
        vector, attention = self.fusion(query, weighed, places, size, places[..., 0] >= 0)
        return vector, attention, self.classifier(vector)


def _as_backbone(given: str | nn.Module, seed: int) -> Backbone:
    if isinstance(given, str):
        return backbone(given, seed=seed)
    return given if isinstance(given, Backbone) else Backbone(given)


def _shape(saliency: torch.Tensor) -> Size:
    return saliency.shape[-2], saliency.shape[-1]


def _strength(saliency: torch.Tensor, yx: Int, size: Size) -> torch.Tensor:
    """How salient (B, K), 0 to 1, the maps' logits (B, h, w) find the centres (B, K, 2)."""
    cells = Grid(size, _shape(saliency)).to_cells(np.maximum(yx, 0))
    flat = torch.from_numpy(cells[..., 0] * saliency.shape[2] + cells[..., 1])
    return saliency.flatten(1).gather(1, flat.to(saliency.device)).sigmoid()
