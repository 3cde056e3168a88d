"""Training of the small networks: labelled pictures, the loop, scores, and weights with a card.

    patchdrive train vit.toml --out runs
    patchdrive evaluate runs/vit/vit.safetensors

Everything that a run draws at random follows from its seed. The app never imports this.
"""
