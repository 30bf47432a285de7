"""The folium side of the map: a map without foreign assets, the layer of unit-number tiles, and the view message.

The map's own script is the same text for every page and reader: streamlit-folium takes its identity from that text
(and drops what follows an underscore), so anything that changes must travel in the view message instead.
"""

import json
from collections.abc import Mapping
from typing import Any

import folium
from folium.elements import JSCSSMixin
from folium.map import Layer
from folium.template import Template

from dashboard.assets import asset_version

ASSETS = "/assets"


def _served(bundle: str) -> list[tuple[str, str]]:
    return [(bundle, f"{ASSETS}/{bundle}?{asset_version()}")]


class PlainMap(folium.Map):
    """A folium map that loads our served files only; folium's default list names ten addresses on seven outside hosts."""

    default_js = _served("map.js")
    default_css = _served("map.css")

    def __init__(self) -> None:
        super().__init__(
            location=[0, 0], zoom_start=3, min_zoom=3, max_zoom=19, tiles=None, zoom_control=False, attribution_control=False,
            double_click_zoom=False, fade_animation=False, zoom_snap=0.25,
        )


class UnitTiles(JSCSSMixin, Layer):
    """Unit-number tiles (单元编号瓦片), drawn by the script `atlas-map.js`."""

    _template = Template("""
    {% macro script(this, kwargs) %}
    var {{ this.get_name() }} = L.layerGroup();
    AtlasMap.mount({{ this._parent.get_name() }});
    {% endmacro %}""")

    def __init__(self) -> None:
        super().__init__(name="units")
        self._name = "UnitTiles"


class ViewMessage(Layer):
    """Hands the view to the mounted map each time Streamlit sends it; holds nothing to draw itself."""

    _template = Template("""
    {% macro script(this, kwargs) %}
    var {{ this.get_name() }} = L.layerGroup();
    AtlasMap.update({{ this.json }});
    {% endmacro %}""")

    def __init__(self, view: Mapping[str, Any]) -> None:
        super().__init__(name="view")
        self._name = "ViewMessage"
        self.json = script_json(view)

    def render(self, **kwargs: Any) -> str:
        """Nothing: folium would compile the filled-in script as a template, 25 ms for a city's codes and a door for `{{`."""
        return ""


class ViewGroup(folium.FeatureGroup):
    """The changing part, for `feature_group_to_add`. Built per run: streamlit-folium writes into it."""

    def __init__(self, view: Mapping[str, Any]) -> None:
        super().__init__(name="view")
        ViewMessage(view).add_to(self)

    def render(self, **kwargs: Any) -> str:
        """Nothing, see `ViewMessage.render`; streamlit-folium asks the templates itself."""
        return ""


def script_json(value: Mapping[str, Any]) -> str:
    """JSON that is safe inside a script and inside a template, whatever texts it holds."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    # "<" could end the script, U+2028/9 are line ends in old JavaScript, "{{" and its like can only stand within a string.
    for plain, escaped in (("<", r"\u003c"), ("\u2028", r"\u2028"), ("\u2029", r"\u2029"), ("{{", r"\u007b{"), ("{%", r"\u007b%"), ("{#", r"\u007b#")):
        text = text.replace(plain, escaped)
    return text


def unit_map() -> PlainMap:
    """The constant map: same script each time, so the browser mounts it once."""
    plain = PlainMap()
    UnitTiles().add_to(plain)
    return plain
