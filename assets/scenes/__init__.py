"""Sample scenes, one package each: `scene.make(out, seed=...)` writes a picture and its truth."""
