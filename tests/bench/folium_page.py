"""A page with plain `folium.GeoJson` in `st_folium`, or an empty map: `python tests/bench/folium_page.py UNITS.parquet PORT`.

The query says how many polygons (`n`, 0 = none) and what colours them (`seed`).
"""

import os
import sys
from pathlib import Path

import folium
import geopandas as gpd
import numpy as np
import streamlit as st
import uvicorn
from starlette.routing import Mount
from streamlit import config
from streamlit.runtime.scriptrunner import get_script_run_ctx

ROOT = Path(__file__).resolve().parents[2]
COLOURS = ("#ffffcc", "#a1dab4", "#41b6c4", "#225ea8")


@st.cache_data
def shapes(n: int) -> gpd.GeoDataFrame:
    units = gpd.read_parquet(os.environ["BENCH_UNITS"])
    return units[units["level"] == "micro"].head(n)[["unit_no", "name", "geometry"]]


def page() -> None:
    n, seed = int(st.query_params.get("n", "0")), int(st.query_params.get("seed", "1"))
    sys.path.insert(0, str(ROOT))
    from streamlit_folium import st_folium  # imported before the runtime is there it would register with nobody

    from dashboard.maps.layer import PlainMap

    plain = PlainMap()
    if n:
        frame = shapes(n)
        value = np.random.default_rng(seed).integers(0, 4, len(frame))
        frame = frame.assign(value=value)
        layer = folium.GeoJson(
            frame, style_function=lambda one: {"fillColor": COLOURS[one["properties"]["value"]], "color": "#555", "weight": 0.5, "fillOpacity": 0.8},
            tooltip=folium.GeoJsonTooltip(["name", "value"]),
        )  # fmt: skip
        layer.add_to(plain)
        west, south, east, north = frame.total_bounds
        plain.fit_bounds([[south, west], [north, east]])
    st_folium(plain, key=f"map{seed}", height=560, use_container_width=True, returned_objects=[])


def serve(units: Path, port: int) -> None:
    os.environ["BENCH_UNITS"] = str(units)
    sys.path.insert(0, str(ROOT))
    from dashboard.assets import FOLDER
    from dashboard.routes import Assets

    config.set_option("server.fileWatcherType", "none")
    config.set_option("server.maxMessageSize", 1000)
    config.set_option("browser.gatherUsageStats", False)
    uvicorn.run(st.App(__file__, routes=[Mount("/assets", Assets(directory=FOLDER))]), host="127.0.0.1", port=port, log_level="warning")


if get_script_run_ctx() is not None:
    page()
elif __name__ == "__main__":
    serve(Path(sys.argv[1]), int(sys.argv[2]))
