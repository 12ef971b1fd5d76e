"""Places in real districts are found; where the list of their names is missing, the test is skipped and says so."""

import pytest

from tests.nlp.place_cases import tally
from tests.nlp.real_districts import NAMES, measured_district, real_districts


@pytest.mark.parametrize("name", ["杭州市滨江区", "郑州市金水区"])
def test_places_of_a_real_district_are_found(name: str) -> None:
    districts = real_districts()
    if not districts:
        pytest.skip(f"{NAMES} is not here: real districts are not measured")
    result = tally(*measured_district(name, districts[name]))

    assert result.count > 300
    assert result.right_share >= 0.97, result.missed + result.wrong
    assert result.wrong_share <= 0.01, result.wrong
