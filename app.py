"""patchdrive in the browser: `streamlit run app.py`.

One file, two roles: the ASGI application with the routes for tiles, crops and scripts, which
`streamlit run` finds and serves, and the script of the menu, which the application runs.
"""

from pathlib import Path

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from patchdrive.ui.frame import menu, own_menu
from patchdrive.ui.leases import swept
from patchdrive.ui.routes import routes

app = st.App(__file__, routes=routes(), lifespan=swept)
own_menu()

if get_script_run_ctx(suppress_warning=True) is not None:
    menu(Path(__file__).parent / "pages")
