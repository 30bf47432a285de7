"""The three sizes of the demonstration city."""

from dataclasses import dataclass

from etl.model.errors import CallError


@dataclass(frozen=True, slots=True)
class Scale:
    """Numbers of units and size. `rings`: top cells (north bank, south bank) of the centre and of each ring outwards."""

    name: str
    levels: tuple[str, ...]  # the levels that are cut, coarse to fine; the first is laid out by `rings`
    rings: tuple[tuple[int, int], ...]
    numbers: dict[str, int]
    cases: int
    hotspots: int
    radius_m: float
    river_m: float
    core: float  # how much smaller the centre's blocks are: 1 = no difference


SCALES: dict[str, Scale] = {
    "small": Scale("small", ("community", "compound", "micro"), ((4, 0),),
                   {"district": 1, "street": 1, "community": 4, "compound": 42, "micro": 160}, 8_000, 2, 1_150, 90, 0.85),
    "district": Scale("district", ("street", "community", "compound", "micro"), ((2, 2), (3, 3)),
                      {"district": 1, "street": 10, "community": 60, "compound": 600, "micro": 2_400}, 200_000, 8, 4_400, 170, 0.36),
    "city": Scale("city", ("district", "street", "community", "compound", "micro"), ((3, 3), (4, 4), (4, 4)),
                  {"district": 22, "street": 261, "community": 3_045, "compound": 30_000, "micro": 120_000},
                  5_000_000, 120, 62_000, 420, 0.13),
}


def scale_of(name: str) -> Scale:
    """The scale called `name`; CallError otherwise."""
    if name not in SCALES:
        known = "、".join(SCALES)
        raise CallError(f"没有叫“{name}”的规模；可用：{known}。", f'No scale is called "{name}"; use one of {known}.')
    return SCALES[name]
