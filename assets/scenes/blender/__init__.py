"""Parts that the path-traced scenes share: meshes, shader graphs, plants, camera, truth."""
