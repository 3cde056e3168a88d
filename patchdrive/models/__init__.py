"""Networks: backbones of timm, heads, fusion, and the PatchDriveNet that they make."""
