"""Whistles, mobilisation, hotspots, focus areas and pilots by hand."""

from pathlib import Path

import pytest

from tests.tiny_feeds import FeedCity

D = "2026-10-"


@pytest.fixture(scope="module")
def called(tmp_path_factory: pytest.TempPathFactory) -> FeedCity:
    def call(no: str, street: str, dept: str, due: str, arrived: str | None, **more: object) -> dict:
        return {"whistle_id": no, "unit": street, "blown_at": D + "10 08:00", "dept": dept, "due_arrive_at": D + due, "arrived_at": arrived and D + arrived, **more}

    def order(unit: str, first: str | None, done: str | None, issued: str = "10 08:00") -> dict:
        return {"mob_id": "1", "unit": unit, "issued_at": D + issued, "first_hh_at": first and D + first, "done_at": done and D + done}

    return FeedCity(
        tmp_path_factory.mktemp("called"),
        whistle=[
            call("w1", "J1", "城管", "10 10:00", "10 10:00"),  # to the minute: in time
            call("w1", "J1", "公安", "10 10:00", "10 10:01"),  # late; the same whistle
            call("w2", "J1", "城管", "10 10:00", None),  # not there
            call("w3", "J2", "城管", "10 10:00", "10 09:00", is_refused=True),  # refused is never on time
            call("w4", "J2", "公安", "31 23:00", "31 22:00"),
            {**call("w5", "J2", "公安", "31 23:00", None), "due_arrive_at": "2026-11-01 09:00"},  # not due yet
        ],
        case=[{"unit": unit, "counted_at": D + "05"} for unit in ("M1111", "M1112", "S11", "J1", "M2122")],
        mobilisation=[
            order("M1111", "10 08:05", "10 11:00"),  # 5 minutes; done at 3 h sharp
            order("M1112", "10 08:20", "10 11:01"),  # 20; a minute too late
            order("M2122", "10 09:00", None),  # 60; never done
            order("M2123", None, None),
            order("M3111", "31 23:59", None, "31 23:00"),  # 59
        ],
    )  # fmt: skip


def test_whistles(called: FeedCity) -> None:
    assert called.parts("whistle_rate", "J1") == (2, 4) and called.parts("whistle_rate") == (5, 5)
    assert called.parts("whistle_arrive_rate") == (2, 5) and called.parts("whistle_arrive_rate", "J1") == (1, 3)
    assert called.by_lead("whistle_arrive_rate") == [["公安", 1, 2], ["城管", 1, 3]]
    assert called.parts("whistle_arrive_rate", as_of="2026-11-01") == (2, 6)


def test_mobilisation(called: FeedCity) -> None:
    assert called.ask("mobil_min_p50")[:3] == (None, 4, 39.5)  # 5, 20, 59, 60
    assert called.ask("mobil_min_p50", "J1")[:3] == (None, 2, 12.5)
    assert called.parts("mobil_3h_rate") == (1, 5) and called.parts("mobil_3h_rate", "J1") == (1, 2)


def months(unit: str, counts: tuple[int, int, int, int], **more: object) -> list[dict]:
    """Cases of July, August, September, October."""
    return [{"unit": unit, "counted_at": f"2026-{month:02}-15", **more} for month, n in zip((7, 8, 9, 10), counts, strict=True) for _ in range(n)]


@pytest.fixture(scope="module")
def hot(tmp_path_factory: pytest.TempPathFactory) -> FeedCity:
    """Twelve compounds: the top tenth are the two with the highest smoothed rate (fewer than 1.2 stand higher)."""
    return FeedCity(
        tmp_path_factory.mktemp("hot"),
        case=[
            *months("M1111", (9, 9, 0, 9)),  # X111, 180 households: first in July, August, October → lasting
            *months("X121", (6, 6, 6, 4)),  # 500 households: second in July, August, first in September; 4 in October are too few → 3 of 4: lasting
            *months("M3111", (0, 0, 4, 4)),  # never 5
            *months("M2211", (5, 5, 5, 30), repeat_of="x"),  # repeats are merged
            *months("S11", (99, 99, 99, 99)),  # in no compound
        ],
    )  # fmt: skip


def test_lasting_hotspots(hot: FeedCity) -> None:
    # p̄ of July = 15 cases ÷ 1,360 households of compounds (180+130+500+120+80+80… as the tree says); X111: (9 + 100 p̄) ÷ 280 ≈ 0.036,
    # X121: (6 + 100 p̄) ÷ 600 ≈ 0.012; all others 100 p̄ ÷ (hh + 100) are at most p̄ ≈ 0.011
    assert hot.ask("hotspot_n") == (2, None, 2, "ok")
    assert hot.parts("hotspot_n", "J1") == (2, None) and hot.parts("hotspot_n", "X111") == (1, None) and hot.parts("hotspot_n", "J3") == (0, None)
    assert hot.parts("hotspot_n", end="2026-09-30") == (1, None)  # June to September: X111 hot twice, X121 three times


def test_focus_areas_against_the_rest(tmp_path: Path) -> None:
    """Focus: X111 (180 households) and M1211 (60) with 12 + 0 cases; elsewhere 3,230 − 240 households with 10 cases."""
    city = FeedCity(tmp_path, case=[{"unit": unit, "counted_at": D + "05"} for unit in ["M1111"] * 12 + ["M2211"] * 10])
    top, bottom, value, state = city.ask("focus_gap")
    assert (top, bottom) == (pytest.approx(12 / 240), pytest.approx(10 / 2990))
    assert value == pytest.approx(12 / 240 / (10 / 2990)) and state == "ok"
    assert city.ask("focus_gap", "J2")[2:] == (None, "no_data")  # no focus area there
    assert city.ask("focus_gap", where=("focus=old_compound",))[0] == pytest.approx(12 / 180)


def test_pilot_less_its_control(tmp_path: Path) -> None:
    """Closing rate, 61 days from 1 September and 61 days before. S11: 1 of 2 → 2 of 2; S21: 1 of 2 → 1 of 2. Net +0.5."""
    def closed(unit: str, day: str, n: int, of: int) -> list[dict]:
        return [
            {"unit": unit, "counted_at": day, "limit_at": day, "closed_at": day if i < n else None, "status": "closed" if i < n else "handling"}
            for i in range(of)
        ]  # fmt: skip

    cases = closed("S11", "2026-08-10", 1, 2) + closed("S11", "2026-09-10", 2, 2) + closed("S21", "2026-08-10", 1, 2) + closed("S21", "2026-09-10", 1, 2)
    pilot = {"pilot_id": "p", "name": "试点", "unit_codes": ["S11"], "control_codes": ["S21"], "indicator": "close_rate", "start_on": "2026-09-01"}
    alone = {**pilot, "pilot_id": "q", "control_codes": []}  # without a control nothing can be said
    city = FeedCity(tmp_path, case=cases, pilot=[pilot, alone])
    assert city.ask("pilot_effect") == (0.5, 1, 0.5, "unstable")
    assert city.parts("pilot_effect", "S11") == (0.5, 1) and city.parts("pilot_effect", "J2") == (0, 0)
