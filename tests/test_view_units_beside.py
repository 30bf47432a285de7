"""A unit is said once: where the name has said it, it does not follow in brackets (单位不重复)."""

import pytest

from dashboard.view.format import headed, unit_beside
from etl.model.indicators import BY_ID, INDICATORS
from etl.model.text import Lang


def test_english_heads_do_not_repeat_the_unit() -> None:
    assert headed(BY_ID["case_per_1000hh"], "en") == "Cases per 1,000 households"
    assert headed(BY_ID["premises_per_100hh"], "en") == "Premises per 100 households (m²)"
    assert headed(BY_ID["dividend_per_m2"], "en") == "Dividend per m² (yuan)"
    assert headed(BY_ID["case_per_1000hh"], "zh") == "千户诉求量（件/千户）"
    assert headed(BY_ID["close_rate"], "en") == "Closed (%)"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_name_contains_the_unit_beside_it(lang: Lang) -> None:
    for one in INDICATORS:
        unit = unit_beside(one, lang)
        assert not unit or unit.lower() not in one.name.to(lang).lower(), one.id
