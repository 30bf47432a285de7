"""What a page hands to the map (MapView) and what the map hands back (MapEvent)."""

from collections.abc import Hashable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from dashboard.maps.scale import Scale
from etl.model.levels import BY_ID
from etl.model.text import Lang, Text
from etl.query.figures import STATES

ABSENT, OK, UNSTABLE, NO_DATA, NO_FEED, SUPPRESSED = range(6)
STATE_CODES: dict[str, int] = {"ok": OK, "unstable": UNSTABLE, "no_data": NO_DATA, "no_feed": NO_FEED, "suppressed": SUPPRESSED}
FIGURE_STATES = np.array([STATE_CODES[state] for state in STATES], dtype=np.uint8)  # code on the map by a figure's place in `STATES`
STATE_WORDS: dict[int, Text] = {
    UNSTABLE: Text("样本少（分母不足 10），仅供参考", "Few cases (denominator under 10): read with care"),
    NO_DATA: Text("无数据（分母为零或未填报）", "No data (denominator zero or not reported)"),
    NO_FEED: Text("数据未接入", "Data not connected"),
    SUPPRESSED: Text("数量过少，已隐去", "Suppressed: too few"),
}
NO_TEXT = Text("", "")


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """How a value is written: `value * scale` with `digits` decimals, then `suffix`. A share: scale 100, suffix "%"."""

    scale: float = 1.0
    digits: int = 0
    suffix: Text = NO_TEXT
    as_word: bool = False  # classes are kinds: the pointer tells the word of the class, not the number

    def write(self, value: float, lang: str) -> str:
        return f"{value * self.scale:,.{self.digits}f}{self.suffix.to(lang)}"


@dataclass(frozen=True, slots=True)
class DrawnLevel:
    """A level the map may draw or outline: id, median area of its units in m², and whether it has tiles."""

    id: str
    median_area_m2: float
    has_tiles: bool = True


@dataclass(frozen=True, slots=True)
class Basemap:
    """Optional ground from the intranet (XYZ address); empty = none."""

    url: str = ""
    attribution: str = ""
    max_zoom: int = 18


@dataclass(frozen=True, eq=False, slots=True)
class MonthStrip:
    """Months the reader may play: `places` by month and drawn unit (ascending) is the place in the list of looks, from 1; 0 = none.

    `id` tells whether the browser has them already.
    """

    id: str
    labels: tuple[str, ...]
    places: NDArray[np.uint8]


@dataclass(frozen=True, eq=False, slots=True)
class MapView:
    """Everything one picture depends on. Arrays are indexed by unit_no and have last unit_no + 1 places.

    `values`: figures, NaN where there is none. `states`: ABSENT for units that are not drawn (other levels), else a state code.
    `classes`: the class of each unit where it is not cut from the value (lights); None: from the scale's limits.
    `bounds`: west, south, east, north in degrees; the map moves there when they (or `fit`) change.
    `visible`: first and last unit_no in focus; the others are drawn pale, or not at all with `hide_outside`.
    `can_choose`: offer to draw an area or pick units; `area` is the one in force, (lon, lat) corners.
    `selected`, and `also` others picked beside it, are outlined.
    `months` are played in the browser; `offers_months`: a button asks for them (MapEvent "frames").
    `mark`: what the browser tells the server when the first picture stands.
    `blank`: what the pointer says over a unit that is not drawn, when that is not for want of a figure.
    `follow_zoom`: ask for a finer or coarser level (MapEvent "level") when the reader zooms; False = pinned.
    """

    build_id: str
    level: str
    levels: tuple[DrawnLevel, ...]
    values: NDArray[np.float64]
    states: NDArray[np.uint8]
    scale: Scale
    indicator: Text
    number: NumberFormat
    bounds: tuple[float, float, float, float]
    visible: tuple[int, int]
    lang: Lang = "zh"
    selected: int | None = None
    also: tuple[int, ...] = ()
    outline_levels: tuple[str, ...] = ("district", "street", "community", "compound")
    hide_outside: bool = False
    follow_zoom: bool = True
    labels: bool = True
    dark: bool = False
    fit: str = ""
    note: Text = NO_TEXT
    blank: Text | None = None
    basemap: Basemap = field(default_factory=Basemap)
    data_date: str = ""
    height: int = 620
    can_choose: bool = False
    area: tuple[tuple[float, float], ...] = ()
    months: MonthStrip | None = None
    offers_months: bool = False
    classes: NDArray[np.int8] | None = None
    mark: str = ""
    tiles_url: str = "/tiles/{build_id}/{level}.pmtiles"
    names_url: str = "/names/{build_id}.json"

    def __post_init__(self) -> None:
        if len(self.values) != len(self.states):
            raise ValueError(f"values ({len(self.values)}) and states ({len(self.states)}) must be of one length")
        if self.level not in BY_ID:
            raise ValueError(f"unknown level {self.level}")

    def class_of(self, at: NDArray[np.int64]) -> NDArray[np.int64]:
        """The class of units, by their numbers; of those without a figure it means nothing."""
        return self.scale.class_of(np.nan_to_num(self.values[at])) if self.classes is None else self.classes[at].astype(np.int64)


@dataclass(frozen=True, slots=True)
class MapEvent:
    """What the reader did, told until it is answered. kind "click": `unit_no` of the drawn `level` at lon/lat; "pick": the same, to be added to a
    selection; "area": drew `ring` (as the browser sent it, empty to take the area away); "level": zoomed to `level`;
    "frames": asked for the months, "still": done with them. `key` names the map, `mark` the event among its own."""

    kind: str
    level: str
    unit_no: int | None
    lon: float | None
    lat: float | None
    ring: object
    key: str
    mark: Hashable
