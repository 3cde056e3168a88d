"""A Streamlit page with next to nothing on it: what any page there has to pay.

show   key: a slider and its value as a text; opening: an uploader and the picture as it came
"""

from __future__ import annotations

import streamlit as st

st.set_page_config(layout="wide", initial_sidebar_state="collapsed")
if st.query_params.get("show") == "opening":
    file = st.file_uploader("Picture")
    if file is not None:
        st.image(file.getvalue(), output_format="JPEG")
else:
    st.text(f"now {st.slider('Turn', 0, 200, 0)}")
