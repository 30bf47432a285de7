"""A tiny server around `atlas_map`, for tests and measurements: `python tests/map_harness.py UNITS.parquet TILES PORT`.

UNITS.parquet: unit_no, last_no, parent_no, rank, level, name, lon, lat, area_m2, geometry. A slider changes all values.
"""

import os
import sys
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import streamlit as st
import uvicorn
from starlette.responses import FileResponse, Response
from starlette.routing import Mount, Route
from streamlit import config
from streamlit.runtime.scriptrunner import get_script_run_ctx

ROOT = Path(__file__).resolve().parents[1]
LEVELS = ("micro", "compound", "community", "street", "district", "city")


@st.cache_resource
def world() -> tuple[gpd.GeoDataFrame, dict[str, float], dict[str, np.ndarray], np.ndarray]:
    """Units, median area per level, mask per level over unit_no, a smooth field over unit_no."""
    units = gpd.read_parquet(os.environ["HARNESS_UNITS"]).set_index("unit_no", drop=False)
    masks = {level: np.r_[False, (units["level"] == level).to_numpy()] for level in LEVELS}
    field = np.r_[0, np.sin(units["lon"] * 9) + np.cos(units["lat"] * 11)]
    return units, units.groupby("level")["area_m2"].median().to_dict(), masks, field


def page() -> None:
    from dashboard.maps.legend import legend_html
    from dashboard.maps.lights import lights_scale
    from dashboard.maps.panel import answer, atlas_map, take_event
    from dashboard.maps.scale import sequential
    from dashboard.maps.view import ABSENT, DrawnLevel, MapView, NumberFormat
    from etl.model.rules import Threshold
    from etl.model.text import Text

    st.set_page_config(layout="wide")
    st.html("<style>.stMainBlockContainer{padding:1rem}</style>")
    (units, areas, masks, field), query = world(), st.query_params
    seed = st.slider("seed", 0, 50, 1)
    state = st.session_state
    state.setdefault("unit", 1)
    state.setdefault("level", query.get("level", "micro"))
    n = len(units)
    event = take_event()
    if event is not None:
        answer(event)
        state["events"] = [*state.get("events", []), (event.kind, event.unit_no, event.level)]
        if event.kind in ("frames", "still"):
            state["months"] = event.kind == "frames"
        elif event.kind == "level":
            state["level"] = event.level
        elif query.get("drill") == "1" and event.level != "micro":
            state["unit"], state["level"] = event.unit_no, LEVELS[LEVELS.index(event.level) - 1]
        else:
            state["chosen"] = event.unit_no
    rng = np.random.default_rng(seed)
    values = np.floor(np.clip((field + 1.2) * 8 + rng.normal(seed % 5, 2, n + 1), 0, None))
    states = np.where(masks[state["level"]], 1, ABSENT).astype(np.uint8)
    dice = rng.random(n + 1)
    for code, share in enumerate((0.04, 0.08, 0.10, 0.13), start=2):
        states[(states == 1) & (dice < share)] = code
    breaks = (3.0, 8.0, 12.0, 18.0)
    me = units.loc[state["unit"]]
    number, limits = NumberFormat(suffix=Text(" 件", "")), Threshold(14, 8)
    lit = np.where(states == 1, np.searchsorted((8, 14), values, side="right"), 3).astype(np.int8)
    view = MapView(
        build_id="t", level=state["level"], values=values, states=states, indicator=Text("案件量", "Cases"),
        levels=tuple(DrawnLevel(level, areas[level]) for level in LEVELS if level in areas),
        scale=lights_scale(limits, "up", number, False, 0.0) if query.get("band") else sequential(breaks), number=number,
        classes=lit if query.get("band") else None,
        bounds=tuple(me.geometry.bounds), visible=(int(me.unit_no), int(me.last_no)), selected=state.get("chosen"),
        lang="en" if query.get("lang") == "en" else "zh", follow_zoom=query.get("follow") == "1", dark=query.get("dark") == "1",
        note=Text("内部使用，未经地图审核", "Internal use"), data_date="2026-10-31", height=int(query.get("h", "700")),
    )
    if state.get("months"):
        view = replace(view, months=months(view))
    atlas_map(replace(view, offers_months=query.get("months") == "1"))
    st.html(legend_html(view))
    st.text(f"events {len(state.get('events', []))} {state.get('events', [None])[-1]}")


def months(view):
    """24 months in which the class of every unit goes up by one each month."""
    from dashboard.maps.view import MonthStrip

    n, classes = int(np.count_nonzero(view.states)), len(view.scale.looks)
    places = np.stack([(np.arange(n) + month) % classes * 2 + 1 for month in range(24)]).astype(np.uint8)
    return MonthStrip("test", tuple(f"{2025 + month // 12}年{month % 12 + 1}月" for month in range(24)), places)


def serve(units: Path, tiles: Path, port: int) -> None:
    os.environ["HARNESS_UNITS"] = str(units)
    frame = gpd.read_parquet(units)
    sys.path.insert(0, str(ROOT))
    from dashboard.assets import FOLDER
    from dashboard.maps.gazetteer import gazetteer_json
    from dashboard.routes import Assets

    names = gazetteer_json(frame)
    forever = {"Cache-Control": "public, max-age=31536000, immutable"}

    async def tile(request):
        return FileResponse(tiles / f"{request.path_params['level']}.pmtiles", headers=forever)

    async def name(request):
        return Response(names, media_type="application/json", headers=forever)

    routes = [
        Route("/tiles/{build_id}/{level}.pmtiles", tile), Route("/names/{build_id}.json", name),
        Mount("/assets", Assets(directory=FOLDER)),
    ]
    config.set_option("server.fileWatcherType", "none")
    config.set_option("browser.gatherUsageStats", False)
    uvicorn.run(st.App(__file__, routes=routes), host="127.0.0.1", port=port, log_level="warning")


if get_script_run_ctx() is not None:
    page()
elif __name__ == "__main__":
    serve(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
