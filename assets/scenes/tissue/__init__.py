"""A stained section of a gland-forming tumour, as a slide scanner sees it."""
