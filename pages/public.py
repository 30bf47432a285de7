"""公示: exactly what the public sees of this build, inside the internal frame."""

import streamlit as st

from dashboard.public.framed import framed_page
from dashboard.view.run import current

framed_page(current(), dict(st.query_params))
