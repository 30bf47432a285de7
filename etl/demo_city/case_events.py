"""Steps of cases (工单流转): one CSV per month for all three systems."""

import numpy as np
import pyarrow as pa

from etl.demo_city.case_draw import CLOSED, VOID, Month
from etl.demo_city.case_files import case_numbers, chosen
from etl.demo_city.case_lead import Leads
from etl.demo_city.case_places import Places, make_places
from etl.demo_city.case_times import DAY, ISO, minute_of
from etl.demo_city.cases import PREFIXES, SYSTEMS, Drawn, draw_cases, save
from etl.demo_city.city import City
from etl.demo_city.write import Writer

MONTHS = {"city": 3}  # of a whole city's steps only the last months are written
TYPES = ("登记", "立案", "派遣", "退单", "改派", "签收", "联系", "延期", "上交", "催办", "反馈", "核查不通过", "重办", "核查通过", "结案", "作废")
REASONS = ("非本单位职责", "不在本辖区", "主体不明需协调", "产权单位另有归属", "材料不全", "情况复杂需延长", "等待配件", "需上级协调", "居民再次来电催问", "现场未完成", "重复来件")
REPORT, FILE, DISPATCH, RETURN, REASSIGN, SIGN, CONTACT, EXTEND, ESCALATE, URGE, FEEDBACK, FAIL, REOPEN, PASS, CLOSE, VOIDED = range(16)
NOBODY = -1


class Steps:
    """Collects steps as columns of numbers."""

    def __init__(self) -> None:
        self.parts: list[tuple[np.ndarray, ...]] = []

    def add(self, at: np.ndarray, minute: np.ndarray, step: int, source: np.ndarray | int, target: np.ndarray | int, reason: np.ndarray | int = NOBODY) -> None:
        """Step `step` of the cases `at`; units are numbers in Leads.names, NOBODY for none."""
        filled = [np.broadcast_to(value, at.shape) for value in (minute, step, source, target, reason)]
        self.parts.append((at, *filled))

    def sorted(self, end: int) -> tuple[np.ndarray, ...]:
        """All steps up to minute `end` by case and time, and with them their number within the case from 1."""
        columns = [np.concatenate(part) for part in zip(*self.parts, strict=True)]
        kept = columns[1] <= end
        order = np.lexsort((np.concatenate([np.full(len(p[0]), i) for i, p in enumerate(self.parts)])[kept], columns[1][kept], columns[0][kept]))
        columns = [column[kept][order] for column in columns]
        starts = np.flatnonzero(np.r_[True, columns[0][1:] != columns[0][:-1]])
        number = np.arange(len(order)) - np.repeat(starts, np.diff(np.r_[starts, len(order)])) + 1
        return (*columns, number)


def write(city: City, writer: Writer) -> None:
    """One CSV per month."""
    places = make_places(city)
    leads = Leads(city, places)
    end = minute_of(city.data_date) + DAY - 1
    for drawn in draw_cases(city, places, leads, MONTHS.get(city.scale.name, 24)):
        steps = make_steps(city.rng(f"steps {drawn.start:%Y-%m}"), drawn, leads, places)
        save(writer, f"流转/工单流转_{drawn.start:%Y-%m}.csv", _table(drawn, steps.sorted(end), leads), "utf-8-sig")
    writer.source("case_event", "流转/工单流转_*.csv")


def make_steps(rng: np.random.Generator, drawn: Drawn, leads: Leads, places: Places) -> Steps:
    """What happened to each case between its times."""
    cases, lead, n = drawn.cases, drawn.lead, len(drawn.cases)
    centre = leads.street[cases.place]
    steps, every = Steps(), np.arange(n)
    steps.add(every, cases.reported, REPORT, NOBODY, centre)
    filed = np.flatnonzero((cases.filed >= 0) & (cases.status > 0))
    steps.add(filed, cases.filed[filed], FILE, centre[filed], centre[filed])
    sent = filed[(cases.status[filed] >= 2) & (cases.status[filed] != VOID)]
    target = np.where(cases.closed >= 0, cases.closed, cases.filed + 5 * DAY)
    span = np.maximum(target - cases.filed, 6)
    wrong = leads.draw(rng, cases.place, cases.code)
    bounced = (rng.random(n) < (0.13 - 0.11 * cases.effort) * np.where(cases.channel == 0, 1.0, 0.5)) & (wrong != lead)
    twice = bounced & (rng.random(n) < 0.16)
    sending = np.minimum(span * 0.02, np.where(cases.contact >= 0, (cases.contact - cases.filed) * 0.4, 60)).astype(int)
    steps.add(sent, cases.filed[sent] + sending[sent], DISPATCH, centre[sent], np.where(bounced, wrong, lead)[sent])
    _bounce(rng, steps, sent[bounced[sent]], cases.filed + (span * 0.10).astype(int), centre, wrong, np.where(twice, wrong, lead), span)
    _bounce(rng, steps, sent[twice[sent]], cases.filed + (span * 0.16).astype(int), centre, wrong, lead, span)
    held = sent[cases.status[sent] >= 3]
    signed = cases.filed + np.where(bounced, (span * 0.24).astype(int), sending * 2)
    steps.add(held, signed[held], SIGN, lead[held], lead[held])
    met = held[(cases.contact[held] >= 0)]
    steps.add(met, np.maximum(cases.contact, signed + 1)[met], CONTACT, lead[met], NOBODY)
    slow = held[rng.random(len(held)) < 0.03]
    steps.add(slow, cases.filed[slow] + (span[slow] * 0.5).astype(int), EXTEND, lead[slow], centre[slow], rng.integers(4, 7, len(slow)))
    up = held[rng.random(len(held)) < 0.05 * (1.2 - cases.effort[held])]
    steps.add(up, cases.filed[up] + (span[up] * 0.4).astype(int), ESCALATE, lead[up], leads.answers[leads.district[cases.place[up]], cases.code[up]], 7)
    again = np.flatnonzero(cases.first >= 0)
    first = cases.first[again]
    urged = (cases.closed[first] < 0) | (cases.closed[first] > cases.reported[again])
    steps.add(first[urged], cases.reported[again][urged], URGE, centre[first[urged]], lead[first[urged]], 8)
    _end(rng, steps, cases, lead, centre, span)
    return steps


def _bounce(rng: np.random.Generator, steps: Steps, at: np.ndarray, minute: np.ndarray, centre: np.ndarray, source: np.ndarray, target: np.ndarray, span: np.ndarray) -> None:
    """The unit sends the case back; it is sent on."""
    steps.add(at, minute[at], RETURN, source[at], centre[at], rng.integers(0, 4, len(at)))
    steps.add(at, minute[at] + (span[at] * 0.03).astype(int), REASSIGN, centre[at], target[at])


def _end(rng: np.random.Generator, steps: Steps, cases: Month, lead: np.ndarray, centre: np.ndarray, span: np.ndarray) -> None:
    """Feedback, check, perhaps again, close; or void."""
    done = np.flatnonzero(cases.status == CLOSED)
    failed = done[rng.random(len(done)) < 0.075 - 0.065 * cases.effort[done]]
    back = cases.filed + (span * 0.8).astype(int)
    steps.add(failed, cases.filed[failed] + (span[failed] * 0.6).astype(int), FEEDBACK, lead[failed], centre[failed])
    steps.add(failed, cases.filed[failed] + (span[failed] * 0.64).astype(int), FAIL, centre[failed], lead[failed], 9)
    steps.add(failed, cases.filed[failed] + (span[failed] * 0.66).astype(int), REOPEN, centre[failed], lead[failed])
    steps.add(done, back[done], FEEDBACK, lead[done], centre[done])
    steps.add(done, cases.filed[done] + (span[done] * 0.95).astype(int), PASS, centre[done], NOBODY)
    steps.add(done, cases.closed[done], CLOSE, centre[done], NOBODY)
    told = np.flatnonzero((cases.status == 4) | (cases.status == 5))
    steps.add(told, cases.filed[told] + (span[told] * 0.7).astype(int), FEEDBACK, lead[told], centre[told])
    void = np.flatnonzero(cases.voided >= 0)
    steps.add(void, cases.voided[void], VOIDED, centre[void], NOBODY, 10)


def _table(drawn: Drawn, columns: tuple[np.ndarray, ...], leads: Leads) -> pa.Table:
    case, minute, step, source, target, reason, number = columns
    month, channel = f"{drawn.start:%Y%m}", drawn.cases.channel
    every = np.arange(len(channel))
    numbers = pa.concat_arrays([case_numbers(prefix, month, every) for prefix in PREFIXES]).take(pa.array(channel[case] * len(every) + case))
    names = tuple(leads.names.to_pylist())
    return pa.table({
        "工单编号": numbers, "来源系统": pa.array(SYSTEMS).take(pa.array(channel[case])), "序号": number, "操作时间": ISO.write(minute),
        "环节": pa.array(TYPES).take(pa.array(step)), "转出单位": chosen(names, source), "转入单位": chosen(names, target), "原因": chosen(REASONS, reason),
    })  # fmt: skip
