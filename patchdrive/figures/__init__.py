"""Results as things to look at: layers, Plotly pages, PNG pictures, charts."""
