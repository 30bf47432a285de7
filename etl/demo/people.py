"""Staff, Party organisations and member counts (人员与党组织). No names: numbers and posts only."""

import numpy as np

from etl.demo.city import City
from etl.demo.sheets import Sheet, after, spelled, yes_no

AS_OF = ("2026-04-30", "2026-10-31")
FIRST_COUNT = "2024-10-31"
MONTH_ENDS = tuple(str(np.datetime64(f"{month + 1}-01") - 1) for month in np.arange("2024-10", "2026-11", dtype="datetime64[M]"))
IS_LATE = np.array(MONTH_ENDS) > "2026-04-30"  # the half-year up to the data date
MANY = 20_000  # micro-grids from which buildings are counted anew only every half-year: a city does not send millions of rows


def buildings(city: City) -> Sheet:
    """Four to five buildings a compound: one or two per micro-grid."""
    rng = city.rng("building")
    per_micro = np.where(rng.random(city.n("micro")) < 0.45, 2, 1)
    micro = np.repeat(np.arange(city.n("micro")), per_micro)
    number = np.arange(len(micro)) - np.repeat(np.cumsum(per_micro) - per_micro, per_micro) + 1
    first = np.repeat(city.households // per_micro, per_micro)
    households = np.where(number == 1, first, city.households[micro] - first)
    ids = np.array([f"{c}B{k}" for c, k in zip(city.code["micro"][micro], number.tolist(), strict=True)], object)
    return {
        "building_id": ids, "compound_id": city.code["compound"][city.parent["micro"][micro]], "unit_code": city.code["micro"][micro],
        "households": households,
    }  # fmt: skip


def staff(city: City) -> Sheet:
    """Heads of community and compound grids, stewards of micro-grids, reserves, full-time staff; some posts stand empty."""
    rng = city.rng("grid_staff")
    quality = city.quality
    general = np.flatnonzero(~city.is_exclusive & (rng.random(city.n("compound")) < 0.86 + 0.13 * quality))
    micro_quality = quality[city.parent["micro"]]
    filled = np.flatnonzero(rng.random(city.n("micro")) < np.clip(0.80 + 0.24 * micro_quality, 0, 0.995))
    second = filled[rng.random(len(filled)) < 0.17]
    reserve = np.flatnonzero(rng.random(city.n("micro")) < 0.22 * micro_quality)
    left = np.flatnonzero(rng.random(city.n("micro")) < 0.06)
    full_time = np.repeat(np.arange(city.n("community")), rng.integers(1, 4, city.n("community")))
    groups = [
        ("总网格长", city.code["community"]), ("一般网格长", city.code["compound"][general]), ("微网格员", city.code["micro"][filled]),
        ("微网格员", city.code["micro"][second]), ("后备", city.code["micro"][reserve]), ("微网格员", city.code["micro"][left]),
        ("专职网格员", city.code["community"][full_time]),
    ]  # fmt: skip
    role = np.concatenate([np.full(len(codes), word, object) for word, codes in groups])
    unit = np.concatenate([codes for _, codes in groups])
    n = len(role)
    start = np.datetime64("2023-03-01") + rng.integers(0, 1200, n).astype("timedelta64[D]")
    gone = np.zeros(n, bool)
    gone[n - len(full_time) - len(left) : n - len(full_time)] = True
    end = np.where(gone, start + rng.integers(60, 120, n).astype("timedelta64[D]"), np.datetime64("NaT"))
    member = rng.random(n) < np.where(role == "总网格长", 1.0, np.where(role == "一般网格长", 0.9, 0.42))
    secretary = rng.random(n) < np.where(role == "总网格长", 0.95, np.where(role == "一般网格长", 0.84, 0.0))
    return {
        "staff_id": np.array([f"WGY{i:07d}" for i in range(1, n + 1)], object), "role": role, "unit_code": unit, "is_member": yes_no(member),
        "is_org_secretary": yes_no(secretary & member), "start_on": spelled(start, "年"), "end_on": spelled(end, "年"),
    }  # fmt: skip


def worker_stat(city: City) -> Sheet:
    """Community workers by half-year: counts only."""
    rng = city.rng("worker_stat")
    dates = ("2025-04-30", "2025-10-31", *AS_OF)
    community = np.tile(np.arange(city.n("community")), len(dates))
    n = rng.integers(7, 19, len(community))

    def part(low: float, high: float) -> np.ndarray:
        return np.round(n * rng.uniform(low, high, len(n))).astype(int)

    return {
        "unit_code": city.code["community"][community], "as_of_on": np.repeat(np.array(dates, object), city.n("community")), "n": n,
        "n_member": part(0.4, 0.8), "n_certified": part(0.25, 0.7), "n_degree": part(0.5, 0.95), "n_over50": part(0.05, 0.3),
        "joined": rng.integers(0, 4, len(n)), "left": rng.integers(0, 3, len(n)), "training_hours": part(10, 45),
    }  # fmt: skip


def member_counts(city: City, building: Sheet) -> tuple[np.ndarray, np.ndarray]:
    """Registered and reported members per building: few in many, many in some; clustered by community."""
    rng = city.rng("members")
    at = np.searchsorted(np.sort(city.code["micro"]), np.asarray(building["unit_code"]))
    micro = np.argsort(city.code["micro"])[at]
    compound = city.parent["micro"][micro]
    mean = 0.035 * np.asarray(building["households"]) * np.exp(rng.normal(0, 0.35, city.n("compound")))[compound]
    registered = rng.poisson(mean * np.where(city.is_old[compound], 1.35, 0.9))
    reported = rng.poisson(mean * (0.35 + 0.7 * city.quality[compound]) * 0.6)
    return registered, reported


def member_stat_buildings(city: City, building: Sheet) -> Sheet:
    """Members by building, retired and in service, registered and reported: everything counted anew each quarter (in a large city each
    half-year), between two counts only buildings to which members came. Within two years about one in eleven has come. A few compounds
    sent nothing in the last half-year."""
    rng = city.rng("member_stat")
    registered, reported = member_counts(city, building)
    retired = rng.binomial(registered, 0.58)
    kinds = (("离退休", "在册", retired), ("在职", "在册", registered - retired), ("在职", "报到", reported))
    has = [np.flatnonzero(counts) for _, _, counts in kinds]
    number = np.concatenate([counts[at] for at, (_, _, counts) in zip(has, kinds, strict=True)])
    places = np.concatenate(has)
    contacted, cards, linked = rng.binomial(number, 0.9), rng.binomial(number, 0.72), number * rng.integers(2, 7, len(number))
    came = _came(city.rng("member_growth"), number)
    is_whole = np.isin(np.arange(len(MONTH_ENDS)), range(0, len(MONTH_ENDS), 6 if city.n("micro") > MANY else 3))
    then = number[:, None] - came[:, ::-1].cumsum(axis=1)[:, ::-1] + came  # members at each month's end
    row, month = np.nonzero((is_whole[None, :] | (came > 0)) & (then > 0) & ~(_is_silent(city, building)[places][:, None] & IS_LATE))
    order = np.lexsort((row, month))
    row, month = row[order], month[order]
    then = then[row, month]
    category, relation = (np.repeat(np.array([kind[at] for kind in kinds], object), [len(at) for at in has]) for at in (0, 1))

    def share(final: np.ndarray) -> np.ndarray:
        """As large a part of the members of then as of those of today."""
        return final[row] * then // number[row]

    return {
        "building_id": np.asarray(building["building_id"])[places][row], "category": category[row], "relation": relation[row], "n": then,
        "contacted_n": share(contacted), "cards_done_n": share(cards), "linked_hh_n": share(linked), "as_of_on": np.array(MONTH_ENDS, object)[month],
    }  # fmt: skip


def _is_silent(city: City, building: Sheet) -> np.ndarray:
    """By building: whether its compound stopped counting its members."""
    _, compound = np.unique(np.asarray(building["compound_id"], dtype=object).astype(str), return_inverse=True)
    return (city.rng("member_silence").random(compound.max() + 1) < 0.015)[compound]


def _came(rng: np.random.Generator, number: np.ndarray) -> np.ndarray:
    """By row and month end: how many of the members of today came in that month, none before the first count."""
    grown = rng.binomial(number, 0.09)
    at = np.repeat(np.arange(len(number)), grown)
    found = np.zeros((len(number), len(MONTH_ENDS)), dtype=np.int16)
    np.add.at(found, (at, rng.integers(1, len(MONTH_ENDS), len(at))), 1)
    return found


def member_stat_units(city: City) -> Sheet:
    """Vulnerable and floating members at community level, each quarter; micro-grids that report members without a building."""
    rng = city.rng("member_stat_units")
    codes, category, relation, n, day = [], [], [], [], []

    def count(when: str, word: str, found: np.ndarray) -> None:
        codes.append(city.code["community"])
        n.append(found)
        category.extend([word] * len(found))
        relation.extend(["在册"] * len(found))
        day.extend([when] * len(found))

    newest = {}
    for when in AS_OF:
        for word, low, high in (("弱势", 1, 9), ("流动", 2, 16)):
            newest[word] = rng.integers(low, high, city.n("community"))
            count(when, word, newest[word])
    few = np.flatnonzero(rng.random(city.n("micro")) < 0.04)
    few_n = rng.integers(1, 5, len(few))
    earlier = city.rng("member_units_growth")
    for when in MONTH_ENDS[::3]:
        if when not in AS_OF:
            for word, found in newest.items():
                count(when, word, np.maximum(found + earlier.integers(-2, 3, len(found)), 1))
    for when in (FIRST_COUNT, AS_OF[1]):
        codes.append(city.code["micro"][few])
        n.append(few_n)
        category += ["在职"] * len(few)
        relation += ["报到"] * len(few)
        day += [when] * len(few)
    number = np.concatenate(n)
    return {
        "unit_code": np.concatenate(codes), "category": category, "relation": relation, "n": number,
        "contacted_n": rng.binomial(number, 0.85), "as_of_on": day,
    }  # fmt: skip


def party_orgs(city: City, building: Sheet) -> Sheet:
    """Committees of streets and communities, branches of compounds, groups of buildings; most that the local rule wants, not all."""
    rng = city.rng("party_org")
    registered, _ = member_counts(city, building)
    compound_n = city.n("compound")
    codes = np.sort(city.code["compound"])
    compound = np.argsort(city.code["compound"])[np.searchsorted(codes, np.asarray(building["compound_id"]))]
    needs = registered >= 3
    groups = np.flatnonzero((needs & (rng.random(len(needs)) < 0.82)) | (~needs & (rng.random(len(needs)) < 0.04)))
    per_compound = np.bincount(compound[needs], minlength=compound_n)
    branch = np.flatnonzero(~city.is_exclusive & (rng.random(compound_n) < np.where(per_compound >= 3, 0.9, 0.62)))
    streets, communities = city.n("street"), city.n("community")
    has_branch = np.zeros(compound_n, bool)
    has_branch[branch] = True
    building_ids = np.asarray(building["building_id"])
    top = np.array([f"DG{c}" for c in city.code["street"]], object)
    middle = np.array([f"DW{c}" for c in city.code["community"]], object)
    lower = np.array([f"ZB{c}" for c in city.code["compound"]], object)
    group_parent = np.where(has_branch[compound[groups]], lower[compound[groups]], middle[city.parent["compound"][compound[groups]]])
    kinds = np.where(rng.random(communities) < 0.8, "党委", np.where(rng.random(communities) < 0.85, "党总支", "党支部")).astype(object)
    total = streets + communities + len(branch) + len(groups)
    members = np.bincount(compound, weights=registered, minlength=compound_n)
    two = rng.integers(7, 14, communities)
    fill = [None] * (len(branch) + len(groups))
    founded = np.datetime64("1999-06-01") + rng.integers(0, 9400, total).astype("timedelta64[D]")
    ended = np.full(total, np.datetime64("NaT"), "datetime64[D]")
    closing = streets + communities + np.flatnonzero(rng.random(len(branch)) < 0.015)
    ended[closing] = np.datetime64("2026-03-31")
    return {
        "org_id": np.concatenate([top, middle, lower[branch], np.array([f"XZ{b}" for b in building_ids[groups]], object)]),
        "name": np.concatenate([
            city.name["street"] + "党工委", city.name["community"] + kinds, city.name["compound"][branch] + "党支部",
            city.name["compound"][compound[groups]] + "党小组",
        ]),
        "type": np.concatenate([np.full(streets, "党工委", object), kinds, np.full(len(branch), "党支部", object), np.full(len(groups), "党小组", object)]),
        "parent_org": np.concatenate([
            np.full(streets, "", object), top[city.parent["community"]], middle[city.parent["compound"][branch]], group_parent]),
        "unit_code": np.concatenate([
            city.code["street"], city.code["community"], city.code["compound"][branch], np.asarray(building["unit_code"])[groups]]),
        "building_id": [None] * (total - len(groups)) + building_ids[groups].tolist(),
        "founded_on": spelled(founded), "ended_on": spelled(ended),
        "full_members": np.concatenate([
            rng.integers(15, 60, streets), rng.integers(30, 140, communities), np.maximum(members[branch].astype(int), 3), registered[groups]]),
        "is_one_shoulder": [None] * streets + yes_no(rng.random(communities) < 0.86).tolist() + fill,
        "two_committee_n": [None] * streets + two.tolist() + fill,
        "crosspost_n": [None] * streets + rng.binomial(two, 0.44).tolist() + fill,
    }  # fmt: skip


def care_visits(city: City) -> Sheet:
    """Three-must visits, known by community only."""
    rng = city.rng("care_visit")
    community = np.repeat(np.arange(city.n("community")), rng.integers(8, 22, city.n("community")))
    due = np.datetime64("2025-11-01") + rng.integers(0, 375, len(community)).astype("timedelta64[D]")
    quality = city.sum_to("community", city.quality, "compound") / city.sum_to("community", np.ones(city.n("compound")), "compound")
    done = after(due, rng.integers(-9, 2, len(due)) + (rng.random(len(due)) > 0.8 + 0.2 * quality[community]) * 6, 0.96, rng)
    done[done > np.datetime64("2026-10-31")] = np.datetime64("NaT")
    return {
        "visit_id": np.array([f"ZF{i:06d}" for i in range(1, len(due) + 1)], object), "unit_code": city.code["community"][community],
        "trigger": rng.choice(np.array(["节日", "生病", "困难"], object), len(due), p=[0.5, 0.2, 0.3]), "due_on": spelled(due), "done_on": spelled(done),
    }  # fmt: skip
