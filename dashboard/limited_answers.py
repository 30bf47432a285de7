"""Map data for readers with an area (辖区限制): how much of a build a request may have, and answering a range of bytes from memory."""

import re
from dataclasses import dataclass

from starlette.responses import Response

from dashboard.access.identity import current_identity
from dashboard.view.run import reader_of
from dashboard.web.packed import FOREVER
from etl.model.errors import AtlasError
from etl.query.units import units
from etl.query.warehouse import Build

# Asked again every time, so that the next person at the same browser does not find it there.
OWN = "private, no-cache"


@dataclass(frozen=True, slots=True)
class Area:
    """The units a request may be told about. `mark` tells areas apart in an ETag."""

    first_no: int
    last_no: int
    is_limited: bool
    cache_control: str

    @property
    def mark(self) -> str:
        return f"-{self.first_no}-{self.last_no}" if self.is_limited else ""


def area_of(build: Build) -> Area | None:
    """The area of whoever asks, None when there is none (area not in this build, nobody signed in)."""
    try:
        identity = current_identity()
        reader = reader_of(build, identity)
    except AtlasError:
        return None
    is_limited = (reader.first_no, reader.last_no) != (1, len(units(build)))
    return Area(reader.first_no, reader.last_no, is_limited, FOREVER if identity.provider in ("machine", "public") else OWN)


def ranged(body: bytes, asked: str, headers: dict[str, str]) -> Response:
    """200 with all, 206 with the range asked for, 416 beyond the end. Only one range, as map engines ask."""
    found = re.fullmatch(r"bytes=(\d+)-(\d*)", asked.strip())
    headers = {**headers, "Accept-Ranges": "bytes"}
    if found is None:
        return Response(body, media_type="application/vnd.pmtiles", headers=headers)
    first, last = int(found.group(1)), min(int(found.group(2) or len(body) - 1), len(body) - 1)
    if first > last:
        return Response(status_code=416, headers={**headers, "Content-Range": f"bytes */{len(body)}"})
    headers["Content-Range"] = f"bytes {first}-{last}/{len(body)}"
    return Response(body[first : last + 1], status_code=206, media_type="application/vnd.pmtiles", headers=headers)
