"""What a district has, in the sentence that it prints of itself, out of its pack."""

from datetime import UTC, datetime

from handlers.context import World
from handlers.district.read import DEMO_FOLDER, read_pack
from handlers.district.sheets import AREAS, DEPUTIES, STATIONS
from handlers.district.snapshot import build_district
from handlers.staff.asking.totals import stations_told
from handlers.texts import DEFAULT_TEXTS

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


def test_stations_grids_and_deputies_are_counted_from_the_pack() -> None:
    """17 street, 84 community and 9 industry stations, 205 grids, 3 to 5 deputies at each community station."""
    streets = [("street", f"J{place}", "Q") for place in range(17)]
    communities = [("community", f"C{place}", f"J{place % 17}") for place in range(84)]
    grids = [("grid", f"W{place}", f"C{place % 84}") for place in range(205)]
    areas = [
        AREAS.completed({"key": key, "name": f"{key}号", "kind": kind, "parent": parent})
        for kind, key, parent in (("district", "Q", ""), *streets, *communities, *grids)
    ]
    served = [
        STATIONS.completed(
            {
                "key": f"S{key}",
                "name": f"{key}站",
                "kind": kind,
                "area": key,
                "street": parent if kind == "community" else key,
            }
        )
        for kind, key, parent in (*streets, *communities)
    ]
    industry = [
        STATIONS.completed(
            {"key": f"I{place}", "name": f"{place}业站", "kind": "industry", "industry": f"{place}业"}
        )
        for place in range(9)
    ]
    deputies = [
        DEPUTIES.completed(
            {"key": f"D{station}-{place}", "name": "某某", "level": "区", "stations": f"SC{station}"}
        )
        for station in range(84)
        for place in range(3 + station % 3)
    ]
    demo = read_pack(DEMO_FOLDER).rows
    rows = {
        "topics": demo["topics"],
        "lexicon": demo["lexicon"],
        "areas": areas,
        "stations": [*served, *industry],
        "deputies": deputies,
    }
    world = World(now=NOW, district=build_district(rows, 1), texts=DEFAULT_TEXTS)

    assert stations_told(world).startswith(
        "联络站：街道站17个，社区站84个，行业站9个；网格205个。社区站每站代表3到5位，全区代表336位。"
    )
