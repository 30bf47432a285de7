"""Who gets an exported file: its reader, once, in time. Large ones are made in the background, queued or kindly refused."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.applications import Starlette

from dashboard import evidence as evidence_route
from dashboard.access.identity import Identity
from dashboard.routes import ROUTES
from dashboard.web import export_jobs
from dashboard.web.export_jobs import AT_ONCE, PER_READER, WAITING, ExportQueue, Job, made_now
from dashboard.web.exports import EXPORTS, READER_COOKIE, ExportStore, export_folder
from dashboard.web.serving import follow
from etl.model.errors import AtlasError
from etl.query.reader import Reader
from etl.query.units import units
from tests.http_server import Client, served
from tests.tiny_city import tiny_city

PATIENCE_S = 20.0


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    folder = tmp_path_factory.mktemp("doors") / "warehouse"
    folder.mkdir()
    build, _ = tiny_city(folder)
    follow(folder)
    with served(Starlette(routes=ROUTES)) as client:
        yield client
    build.close()


@pytest.fixture
def store(tmp_path: Path) -> ExportStore:
    return ExportStore(folder=lambda: tmp_path)


def cookie(reader: str) -> dict[str, str]:
    return {"Cookie": f"{READER_COOKIE}={reader}"}


def made(body: bytes, reader: str) -> str:
    return made_now("表.csv", "text/csv", 3, lambda path, tell: path.write_bytes(body) and None, reader)


def ended(job: Job) -> Job:
    until = time.monotonic() + PATIENCE_S
    while not job.is_over:
        assert time.monotonic() < until, job
        time.sleep(0.01)
    return job


def test_a_file_leaves_once_for_its_reader_and_is_gone(client: Client) -> None:
    token = made(b"a,b\r\n1,2\r\n", "mine")
    waiting = list(export_folder().glob("*.part"))
    assert len(waiting) == 1 and waiting[0].stat().st_mode & 0o777 == 0o600
    assert client.get(f"/export/{token}").status == 403
    assert client.get(f"/export/{token}", **cookie("another")).status == 403
    own = client.get(f"/export/{token}", **cookie("mine"))
    assert own.status == 200 and own.body == b"a,b\r\n1,2\r\n" and own.headers["cache-control"] == "no-store"
    assert client.get(f"/export/{token}", **cookie("mine")).status == 403, "the second time it is used up"
    until = time.monotonic() + PATIENCE_S
    while list(export_folder().glob("*.part")) and time.monotonic() < until:
        time.sleep(0.02)
    assert not list(export_folder().glob("*.part")), "nothing stays on disk"


def test_after_sign_out_the_link_is_dead(client: Client) -> None:
    """Sign-out gives the browser another key; what was prepared for the old one stays with nobody."""
    token = made(b"secret", "before")
    assert client.get(f"/export/{token}", **cookie("after")).status == 403
    assert client.get(f"/export/{token}").status == 403


def test_two_exports_of_equal_length_and_samples_stay_apart(client: Client) -> None:
    """Equal type, name, length and the three samples by which Streamlit would take them for one."""
    bodies = []
    for mark in (b"1", b"2"):
        body = bytearray(b"x" * 1_600_000)
        body[300_000:300_001] = mark
        bodies.append(bytes(body))
    tokens = [made(body, f"reader{at}") for at, body in enumerate(bodies)]
    assert client.get(f"/export/{tokens[1]}", **cookie("reader0")).status == 403
    for at, token in enumerate(tokens):
        assert client.get(f"/export/{token}", **cookie(f"reader{at}")).body == bodies[at]


def test_without_a_session_nothing_is_made(store: ExportStore) -> None:
    with pytest.raises(AtlasError):
        made(b"a", "")
    with pytest.raises(AtlasError):
        ExportQueue(store).submit("a", "b", 1, lambda path, tell: None, "")


def test_files_expire_and_are_swept(tmp_path: Path) -> None:
    late = ExportStore(lifetime_s=-1, folder=lambda: tmp_path)
    path = late.new_path()
    token = late.prepare_file("a", "b", path, "mine")
    assert late.take(token, "mine") == "refused" and not path.exists()
    left = tmp_path / "left.part"
    left.touch()
    late._swept_at = -1e9
    late.new_path()
    assert not left.exists(), "what a dead process left behind is swept"


def test_one_readers_files_are_bounded(store: ExportStore) -> None:
    paths = []
    for _ in range(30):
        paths.append(store.new_path())
        store.prepare_file("a", "b", paths[-1], "mine")
    assert sum(path.exists() for path in paths) <= 20


def test_no_room_is_said_kindly(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    blocked = ExportStore(folder=lambda: tmp_path / "file")
    with pytest.raises(AtlasError, match="导出"):
        blocked.new_path()


def test_a_large_export_tells_how_far_it_is_and_belongs_to_its_reader(store: ExportStore) -> None:
    queue, gate, seen = ExportQueue(store), threading.Event(), []

    def work(path: Path, tell) -> None:
        with path.open("w") as file:
            for done in range(0, 120_000, 40_000):
                file.write("row\n" * 40_000)
                tell(done + 40_000)
                seen.append(queue.of("mine")[0].done)
            gate.wait(PATIENCE_S)

    job = queue.submit("大表.csv", "text/csv", 120_000, work, "mine")
    assert queue.of("another") == () and queue.of("") == ()
    queue.stop(job.id, "another")
    gate.set()
    assert ended(job).state == "ready" and seen == [40_000, 80_000, 120_000]
    assert store.take(job.token, "another") == "refused"
    found = store.take(job.token, "mine")
    assert found != "refused" and found.rows == 120_000 and found.path is not None and found.path.stat().st_size == 480_000
    assert queue.of("mine") == (), "a fetched file is no longer listed"


def test_a_job_can_be_stopped_and_a_broken_one_leaves_nothing(store: ExportStore, tmp_path: Path) -> None:
    queue, started = ExportQueue(store), threading.Event()

    def endless(path: Path, tell) -> None:
        path.write_text("x")
        started.set()
        while True:
            tell(1)

    def broken(path: Path, tell) -> None:
        path.write_text("x")
        raise ValueError("no")

    first, second = queue.submit("a", "b", 1, endless, "mine"), queue.submit("c", "d", 1, broken, "mine")
    assert started.wait(PATIENCE_S)
    queue.stop(first.id, "mine")
    assert ended(first).state == "stopped" and ended(second).state == "failed"
    assert not list(tmp_path.glob("*.part"))


def test_twenty_largest_exports_at_once_are_queued_or_refused(store: ExportStore) -> None:
    queue, gate, running, most = ExportQueue(store), threading.Event(), [0], [0]

    def work(path: Path, tell) -> None:
        running[0] += 1
        most[0] = max(most[0], running[0])
        gate.wait(PATIENCE_S)
        running[0] -= 1

    jobs, refused = [], []
    for reader in range(20):
        try:
            jobs.append(queue.submit("a", "b", 200_000, work, f"reader{reader}"))
        except AtlasError as error:
            refused.append(error.text)
    assert len(jobs) == WAITING and len(refused) == 20 - WAITING
    assert all("请" in text.zh and "try again" in text.en for text in refused)
    with pytest.raises(AtlasError):
        for _ in range(PER_READER + 1):
            queue.submit("a", "b", 1, work, "reader0")
    assert [queue.ahead_of(job) for job in jobs] == list(range(WAITING))
    gate.set()
    assert {ended(job).state for job in jobs} == {"ready"} and most[0] == 1, "one worker, one file at a time"


def test_smaller_exports_wait_their_turn(monkeypatch: pytest.MonkeyPatch, store: ExportStore) -> None:
    """Twenty readers click at once: never more than two files are made together, nobody gets another's."""
    lock, running, most, found = threading.Lock(), [0], [0], {}

    def work(reader: int):
        def write(path: Path, tell) -> None:
            with lock:
                running[0] += 1
                most[0] = max(most[0], running[0])
            time.sleep(0.01)
            path.write_text(str(reader))
            with lock:
                running[0] -= 1

        return write

    def click(reader: int) -> None:
        found[reader] = made_now("a", "b", 1, work(reader), f"reader{reader}", store)

    threads = [threading.Thread(target=click, args=(reader,)) for reader in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE_S)
    assert len(found) == 20 and most[0] <= AT_ONCE
    for reader, token in found.items():
        file = store.take(token, f"reader{reader}")
        assert file != "refused" and file.path is not None and file.path.read_text() == str(reader)


def test_when_everybody_exports_the_last_is_asked_to_wait(monkeypatch: pytest.MonkeyPatch, store: ExportStore) -> None:
    monkeypatch.setattr(export_jobs, "PATIENCE_S", 0.05)
    gate = threading.Event()
    begun = threading.Semaphore(0)
    busy = [threading.Thread(target=made_now, args=("a", "b", 1, lambda path, tell: begun.release() or (gate.wait(PATIENCE_S) and None), f"r{at}", store)) for at in range(AT_ONCE)]
    for thread in busy:
        thread.start()
    assert all(begun.acquire(timeout=PATIENCE_S) for _ in busy)
    with pytest.raises(AtlasError, match="导出的人较多"):
        made_now("a", "b", 1, lambda path, tell: None, "late", store)
    gate.set()
    for thread in busy:
        thread.join(PATIENCE_S)


def test_evidence_is_told_to_who_may_see_the_unit(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = client.get("/evidence?ind=close_rate&unit=J1")
    assert answer.status == 200 and answer.headers["cache-control"] == "no-store"
    assert "SELECT" in answer.text and "按坐标落格" in answer.text and "data-copy" in answer.text
    assert client.get("/evidence?ind=nothing&unit=J1").status == 404
    assert client.get("/evidence?ind=close_rate&unit=nowhere").status == 404
    assert client.get("/evidence?ind=close_rate&unit=%3Cscript%3E").status == 404
    limited = Identity("a", "甲", "analyst", "J1", "local")
    monkeypatch.setattr(evidence_route, "current_identity", lambda: limited)
    monkeypatch.setattr(
        evidence_route, "reader_of", lambda build, identity: Reader("analyst", 3, int(units(build).last_no[2]), "a")
    )  # fmt: skip
    assert client.get("/evidence?ind=close_rate&unit=J1").status == 200
    assert client.get("/evidence?ind=close_rate&unit=J2").status == 404
    assert client.get("/evidence?ind=close_rate").status == 200, "without a unit: the top of the own range"


def test_old_readers_of_the_store_still_work() -> None:
    token = EXPORTS.prepare("a.csv", "text/csv", b"body", "mine", 4)
    found = EXPORTS.take(token, "mine")
    assert found != "refused" and found.body == b"body" and found.rows == 4
