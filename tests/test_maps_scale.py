"""Classes, breaks, and the message the browser gets."""

import base64
import hashlib
import json
import re
import zlib

import mapclassify
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.assets import FOLDER
from dashboard.maps.layer import ViewGroup, script_json, unit_map
from dashboard.maps.lights import NO_LIGHT_LOOK, lights_scale
from dashboard.maps.scale import BAND, PALETTES, Scale, _natural, find_breaks, sequential, shades
from dashboard.maps.values import STATE_LOOKS, message
from dashboard.maps.view import ABSENT, NO_DATA, NO_FEED, OK, SUPPRESSED, UNSTABLE, DrawnLevel, MapView, NumberFormat
from etl.model.rules import Threshold
from etl.model.text import Text


def view(values: list[float], states: list[int], scale: Scale | None = None, **more: object) -> MapView:
    return MapView(
        build_id="b1", level="micro", levels=(DrawnLevel("micro", 1e4),), values=np.array([np.nan, *values]),
        states=np.array([ABSENT, *states], dtype=np.uint8), scale=scale or sequential((5, 10)), indicator=Text("案件", "Cases"),
        number=NumberFormat(), bounds=(104, 30, 105, 31), visible=(1, len(values)), **more,  # type: ignore[arg-type]
    )


def inflated(text: str, width: int) -> np.ndarray:
    """Whole numbers from their packed byte planes."""
    planes = np.frombuffer(zlib.decompress(base64.b64decode(text)), np.uint8).reshape(width, -1)
    return np.ascontiguousarray(planes.T).view(f"<u{width}").ravel()


def drawn(sent: dict) -> list[tuple[float, str, str] | None]:
    """Per unit (value, colour, pattern), read the way the browser does."""
    data = sent["data"]
    codes = inflated(data["codes"], data["width"])
    assert len(codes) == data["count"]
    if "numbers" in data:
        full = np.zeros(data["size"], dtype=codes.dtype)
        full[np.cumsum(inflated(data["numbers"], 4))] = codes
        codes = full
    values = np.frombuffer(base64.b64decode(data["values"]), "<f8")
    looks = np.frombuffer(base64.b64decode(data["looks"]), "u1")
    return [None if code == 0 else (values[code], *sent["looks"][looks[code]]) for code in codes[1:]]


def test_a_limit_belongs_to_the_class_above() -> None:
    assert sequential((5, 10)).class_of(np.array([4.9, 5, 9.9, 10, 99])).tolist() == [0, 1, 1, 2, 2]


def test_zero_no_data_not_connected_and_suppressed_look_different_from_each_other_and_from_every_class() -> None:
    states = [OK, OK, OK, OK, NO_DATA, NO_FEED, SUPPRESSED]
    looks = [entry[1:] for entry in drawn(message(view([0, 1, 5, 10, np.nan, np.nan, np.nan], states)))]
    assert len(set(looks)) == 7


def test_a_suppressed_value_never_leaves_the_server() -> None:
    sent = message(view([1, 3, 7], [OK, SUPPRESSED, NO_FEED]))
    assert [np.isnan(entry[0]) for entry in drawn(sent)] == [False, True, True]


def test_unstable_is_marked_but_keeps_its_class_colour() -> None:
    sure, unsure = drawn(message(view([7, 7], [OK, UNSTABLE])))
    assert sure[1] == unsure[1] and (sure[2], unsure[2]) == ("plain", "unstable")


def test_units_of_other_levels_are_not_sent_and_few_units_travel_sparsely() -> None:
    values, states = [1.0] * 1000, [ABSENT] * 1000
    states[500] = OK
    sent = message(view(values, states))
    assert "numbers" in sent["data"] and sent["count"] == 1
    assert [n for n, entry in enumerate(drawn(sent), 1) if entry] == [501]


@pytest.mark.parametrize(("distinct", "width"), [(10, 1), (300, 2), (70_000, 4)])
def test_any_number_of_distinct_values(distinct: int, width: int) -> None:
    values = [float(n) for n in range(1, distinct + 1)]
    sent = message(view(values, [OK] * distinct))
    assert sent["data"]["width"] == width
    assert [entry[0] for entry in drawn(sent)] == values


def lit_view(values: list[float], states: list[int], classes: list[int], **more: object) -> MapView:
    """A view coloured by lights: 0 red, 1 amber, 2 green, 3 none."""
    scale = lights_scale(Threshold(0.9, 0.8), "up", NumberFormat(100, 1, Text("%", "%")), False, 0.0)
    return view(values, states, scale, classes=np.array([0, *classes], dtype=np.int8), **more)


def test_lights_are_painted_as_they_were_judged_whatever_the_value() -> None:
    """Units of one value may have different lights (each is held against its own past); few cases have none."""
    sent = message(lit_view([0.5, 0.5, 0.5, 0.5, 0.5], [OK, OK, OK, OK, UNSTABLE], [0, 1, 2, 3, 3]))
    looks = [entry[1:] for entry in drawn(sent)]
    assert looks[:3] == list(BAND) and looks[3] == NO_LIGHT_LOOK and looks[4] == (NO_LIGHT_LOOK[0], "unstable")
    codes, of_code = inflated(sent["data"]["codes"], 1), np.frombuffer(base64.b64decode(sent["data"]["looks"]), "u1")
    words = [sent["looks_text"][of_code[code]] for code in codes[1:]]
    assert words[:4] == ["未达标", "接近达标", "达标", "不亮灯（无从比较）"] and words[4].startswith("样本少")


def test_lights_differ_without_colour() -> None:
    assert len({pattern for _, pattern in BAND}) == 3 and NO_LIGHT_LOOK[0] not in {colour for colour, _ in BAND}


@pytest.mark.parametrize("palette", ["ylgnbu", "cividis"])
@pytest.mark.parametrize("classes", range(1, 8))
def test_sequential_palettes_darken_step_by_step(palette: str, classes: int) -> None:
    def lightness(colour: str) -> float:
        red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    steps = [lightness(colour) for colour in shades(palette, classes)]
    assert len(steps) == classes and steps == sorted(steps, reverse=True)
    assert all(colour not in PALETTES[palette] for light, dark, _ in STATE_LOOKS.values() for colour in (light, dark))


def test_breaks_of_equal_few_or_no_values() -> None:
    for method in ("quantile", "natural"):
        assert find_breaks(np.array([4.0] * 9), method) == ()
        assert find_breaks(np.array([np.nan]), method) == ()
        assert find_breaks(np.array([0.0, 0.0, 3.0]), method) == ()
        assert find_breaks(np.array([1.0, 2.0]), method, 5) == (2.0,)
    assert find_breaks(np.array([]), "fixed", fixed=(0.9, 0.5)) == (0.5, 0.9)


def test_natural_breaks_find_the_gaps() -> None:
    values = np.concatenate([np.linspace(1, 3, 500), np.linspace(40, 44, 500), np.linspace(90, 99, 500)])
    low, high = find_breaks(values, "natural", 3)
    assert 3 < low <= 40 and 44 < high <= 90


@pytest.mark.filterwarnings("ignore:Numba")
@pytest.mark.parametrize("classes", [3, 5, 7])
def test_natural_breaks_are_those_of_mapclassify(classes: int) -> None:
    values = np.sort(np.random.default_rng(classes).gamma(2, 5, 200))
    tops = mapclassify.FisherJenks(values, k=classes).bins[:-1]
    assert _natural(values, classes) == [values[np.searchsorted(values, top, side="right")] for top in tops]


@given(st.lists(st.floats(0, 1e9, allow_nan=False) | st.just(np.nan), max_size=300), st.sampled_from(["quantile", "natural"]), st.integers(2, 7))
def test_breaks_always_make_a_scale_without_empty_ends(values: list[float], method: str, classes: int) -> None:
    known = np.array(values, dtype=float)
    breaks = find_breaks(known, method, classes)  # type: ignore[arg-type]
    scale = sequential(breaks)
    positive = known[np.isfinite(known) & (known != 0)]
    if breaks:
        counts = np.bincount(scale.class_of(positive), minlength=len(scale.looks))
        assert counts[0] > 0 and counts[-1] > 0
    assert find_breaks(known[::-1], method, classes) == breaks  # type: ignore[arg-type]


def test_message_is_safe_in_script_and_template() -> None:
    text = script_json({"name": "</script>{{7*7}}{% x %}{# y #}\u2028"})
    assert "<" not in text and "{{" not in text and "{%" not in text and "{#" not in text
    assert json.loads(text) == {"name": "</script>{{7*7}}{% x %}{# y #}\u2028"}


def test_the_map_itself_is_constant_and_asks_no_outside_host() -> None:
    first, second = unit_map(), unit_map()
    for plain in (first, second):
        ViewGroup(message(view([1], [OK]))).add_to(plain)
    served = [url for plain in (first,) for _, url in [*plain.default_js, *plain.default_css]]
    assert served and all(url.startswith("/assets/") for url in served)


def test_vendored_files_are_those_named_in_the_readme() -> None:
    rows = re.findall(r"^\| `([^`]+)` .*`([0-9a-f]{64})` \|$", (FOLDER / "README.md").read_text("utf-8"), re.M)
    assert {name for name, _ in rows} >= {"leaflet-1.9.4/leaflet.js", "pmtiles-4.5.0/pmtiles.js"}
    for name, digest in rows:
        assert hashlib.sha256((FOLDER / name).read_bytes()).hexdigest() == digest, name
