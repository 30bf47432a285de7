"""The registry of feeds agrees with feeds.md and cannot be misread."""

from collections import Counter

import pytest

from etl.model.table import SQL_TYPES, Table
from etl.model.tables import BY_NAME, TABLES
from etl.sources.headers import plain

# feed: columns of feeds.md, * = required there
FEEDS_MD = """
unit: unit_code* name* level* parent_code* kind households population pop_u18 pop_60p focus_tags valid_from valid_to
compound: compound_id* name* aliases unit_code* built_year households floor_area_m2 property_mode property_company owners_committee_on has_joint_account open_budget_on has_supervisor has_supervision_group has_mediation_body
building: building_id* compound_id* unit_code households
grid_staff: staff_id* role* unit_code* is_member is_org_secretary start_on end_on
worker_stat: unit_code* as_of_on* n* n_member n_certified n_degree n_over50 joined left training_hours
party_org: org_id* name* type* parent_org unit_code building_id founded_on ended_on full_members is_one_shoulder two_committee_n crosspost_n
member_stat: unit_code building_id category* relation* n* contacted_n cards_done_n linked_hh_n as_of_on*
case: case_no* source_system source code4 raw_category title body caller phone reported_at* filed_at due_at first_contact_at closed_at voided_at status lead_unit group_size unit_code district street community place lon lat resolved_level severity solved satisfied is_in_scope repeat_of
case_event: case_no* source_system seq at* type* from_unit to_unit reason
whistle: whistle_id* unit_code* kind* case_no code4 blown_at* dept* is_lead due_arrive_at* arrived_at is_refused done_at score
fund_project: project_id* name* unit_code* fund* theme target_group suggested_on collated_on resolved_on published_on publish_days bid_on provider contract_on start_on end_on accepted_on appraisal_score audited_on approved_amt contract_amt
fund_ledger: entry_id* unit_code* project_id fund* year* direction* amt* on_date* origin
compound_revenue: compound_id* period* direction* item amt* voted_on basis_m2 owners_n published_on
property_fee: compound_id* period* due_amt* paid_amt* due_hh paid_hh
contract: contract_id* unit_code* partner* partner_kind parttime_post talked_on signed_on published_on start_on end_on appraised_on score
contract_item: contract_id* item_id* direction* due_on* done_on
meeting_issue: issue_id* meeting_level* unit_code* held_on* code4 proper_level handled_level due_on closed_on
deliberation: event_id* unit_code* type* held_on* attendees opinions_n resolutions_n done_n case_no
suggestion: suggestion_id* unit_code* channel theme made_on* group_id is_adopted
facility: facility_id* name* type* unit_code* area_m2 lon lat
social_org: org_id* name* unit_code* field has_standard is_active
service_post: post_id* unit_code* type offered* claimed* as_of_on*
service_log: log_id* unit_code* held_on* by team participants* hours*
care_visit: visit_id* unit_code* trigger* due_on* done_on
mobilisation: mob_id* issued_at* unit_code* received_at first_hh_at done_at hh_target hh_done
mediation: case_id* unit_code* type accepted_on* result
wish: wish_id* unit_code made_on* claimed_on done_on
service_stat: unit_code* month* channel* type* n* first_time_n
joint_activity: activity_id* unit_code* held_on* convenor project participants
grid_task: task_id* unit_code* task* due_on done_on
assistance: assistance_id* unit_code* giver* kind value_amt given_on*
org: org_id* name* aliases level kind unit_code
pilot: pilot_id* name* unit_codes* control_codes indicator* start_on*
"""
EXPECTED = dict(line.split(": ", 1) for line in FEEDS_MD.strip().splitlines())
ADDED = {"district", "street", "community", "boundary_wkt", "source_ontime"}
EACH = pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)


def test_every_feed_once() -> None:
    assert {table.name for table in TABLES} == set(EXPECTED) == set(BY_NAME)
    assert len(TABLES) == len(BY_NAME) == 33


@EACH
def test_columns_are_those_of_the_feed(table: Table) -> None:
    expected = EXPECTED[table.name].split()
    names = [column.name for column in table.columns]
    assert [name for name in names if name not in ADDED or name in expected] == [name.rstrip("*") for name in expected]
    replaceable = {name for group in table.need_one_of for name in group}
    for name in expected:
        column = table.column(name.rstrip("*"))
        assert column.required == name.endswith("*") or column.name in replaceable, f"{table.name}.{column.name}"


@EACH
def test_no_header_means_two_columns(table: Table) -> None:
    meant: dict[str, set[str]] = {}
    for column in table.columns:
        for word in (column.name, column.header, *column.aliases):
            for part in word.split("+"):
                meant.setdefault(plain(part), set()).add(column.name)
    assert {word: names for word, names in meant.items() if len(names) > 1} == {}
    assert len({column.name for column in table.columns}) == len(table.columns)


@EACH
def test_words_are_unambiguous(table: Table) -> None:
    for column in table.columns:
        assert (column.kind == "word") <= (column.words is not None)
        if column.words is not None:
            assert column.kind in ("word", "list")
            seen = Counter(word.lower() for value, local in column.words.items() for word in {value, *local})
            assert [word for word, n in seen.items() if n > 1] == [], f"{table.name}.{column.name}"
            assert all(local for local in column.words.values())


@EACH
def test_both_languages_say_something(table: Table) -> None:
    for text in (table.title, table.doc, *(column.doc for column in table.columns)):
        assert text.zh.strip() and text.en.strip()


@EACH
def test_keys_and_references_exist(table: Table) -> None:
    names = {column.name for column in table.columns}
    assert {*table.key, *(name for group in table.need_one_of for name in group)} <= names
    assert table.placed_on in names | {""}
    assert {column.kind for column in table.columns} <= set(SQL_TYPES)


@EACH
def test_types_follow_the_names(table: Table) -> None:
    for column in table.columns:
        if column.name.endswith("_on"):
            assert column.kind == "date"
        if column.name.endswith("_at"):
            assert column.kind == "time"
        if column.name.endswith("_amt") or column.name == "amt":
            assert column.kind == "money"
        if column.name.startswith(("is_", "has_")):
            assert column.kind == "flag"
        if column.name.endswith(("_id", "_code", "_no")) or column.name == "code4":
            assert column.kind == "code"


def test_personal_rules() -> None:
    case = BY_NAME["case"]
    assert (case.column("caller").personal, case.column("place").personal) == ("drop", "place")
    assert (case.column("phone").personal, case.column("phone").stored_as) == ("hash", "caller_hash")
    assert {case.column(name).personal for name in ("title", "body")} == {"scrub"}
    staff = BY_NAME["grid_staff"].column("staff_id")
    assert (staff.personal, staff.stored_as) == ("hash", "staff_id")
    for table in TABLES:
        for column in table.columns:
            if column.name in ("reason", "theme", "task", "parttime_post"):
                assert column.personal == "scrub", f"{table.name}.{column.name}"
            said = {column.header, *column.aliases}
            if any(word in header for header in said for word in ("姓名", "身份证", "手机", "联系电话")):
                assert column.personal in ("drop", "hash"), f"{table.name}.{column.name}"


def test_inverted_mark_is_no_alias() -> None:
    """是否超期 says the opposite of 按期; taking it for the mark would turn every row round."""
    said = {word for column in BY_NAME["case"].columns for word in (column.header, *column.aliases)}
    assert not said & {"是否超期", "是否按期", "超期"}


def test_natural_keys() -> None:
    assert BY_NAME["case"].key == ("source_system", "case_no")
    assert BY_NAME["whistle"].key == ("whistle_id", "dept")
    assert BY_NAME["compound_revenue"].key == ()
    assert BY_NAME["mobilisation"].key == ("mob_id", "unit_code")
