"""Recursive subdivision of a plane into convex cells that share every vertex, so that each level is an exact coverage (无缝覆盖)."""

import math
from dataclasses import dataclass, field

import numpy as np

SNAP = 0.12  # a cut ending this near (share of the edge) to a corner runs into the corner, which avoids slivers


@dataclass
class Mesh:
    """Vertices and the tree of split edges. `side` is +1 north and -1 south of the river: both banks have their own vertices."""

    x: list[float] = field(default_factory=list)
    y: list[float] = field(default_factory=list)
    side: list[int] = field(default_factory=list)
    split: dict[tuple[int, int], int] = field(default_factory=dict)

    def add(self, x: float, y: float, side: int) -> int:
        """A new vertex's number."""
        self.x.append(x)
        self.y.append(y)
        self.side.append(side)
        return len(self.x) - 1

    def expand(self, ring: list[int]) -> list[int]:
        """The ring with every vertex that later cuts have put on its edges; neighbours thereby get identical edges."""
        out: list[int] = []
        split = self.split
        for a, b in zip(ring, ring[1:] + ring[:1], strict=True):
            stack = [(a, b)]
            while stack:
                p, q = stack.pop()
                middle = split.get((p, q) if p < q else (q, p))
                if middle is None:
                    out.append(p)
                else:
                    stack.append((middle, q))
                    stack.append((p, middle))
        return out

    def area(self, ring: list[int]) -> float:
        """Area in the plane's own units."""
        x, y = self.x, self.y
        return 0.5 * sum(x[a] * y[b] - x[b] * y[a] for a, b in zip(ring, ring[1:] + ring[:1], strict=True))

    def edge_point(self, a: int, b: int, share: float, snap: float = SNAP) -> int:
        """The vertex at `share` of the atomic edge a-b: a corner when that is near, else a new vertex known to both neighbours."""
        if share <= snap:
            return a
        if share >= 1 - snap:
            return b
        point = self.add(self.x[a] + share * (self.x[b] - self.x[a]), self.y[a] + share * (self.y[b] - self.y[a]), self.side[a])
        self.split[(a, b) if a < b else (b, a)] = point
        return point

    def cut(self, ring: list[int], share: float, angle: float) -> tuple[list[int], list[int]]:
        """Cut a ring by a line whose normal points to about `angle`, so that `share` of the area lies behind the line.

        Rings beside the ring road are slightly hollow; a line that would cross such a ring more than twice is turned until it does not.
        """
        ring = self.expand(ring)
        n = len(ring)
        for turn in (0.0, 0.15, -0.15, 0.35, -0.35, 0.7, -0.7, 1.1, -1.1, 1.5):
            nx, ny = math.cos(angle + turn), math.sin(angle + turn)
            s = [self.x[v] * nx + self.y[v] * ny for v in ring]
            t = _level(s, [self.x[v] * ny - self.y[v] * nx for v in ring], share)
            crossings = [i for i in range(n) if (s[i] < t) != (s[(i + 1) % n] < t)]
            if len(crossings) == 2:
                break
        first, last = crossings[0], crossings[-1]
        shares = [(t - s[i]) / (s[(i + 1) % n] - s[i]) for i in (first, last)]
        for snap in (SNAP, 0.0):
            shares_used = [0.0 if at < snap else 1.0 if at > 1 - snap else at for at in shares]
            inside = self._piece(ring, first, last, shares_used)
            whole, expected = self.area(ring), share if s[first] >= t else 1 - share
            if 0.5 * expected < inside / whole < 1 - 0.5 * (1 - expected):
                break  # else a corner took too much: both ends may lie on one straight side
        ends = [self.edge_point(ring[i], ring[(i + 1) % n], at, 0.0) for i, at in zip((first, last), shares_used, strict=True)]
        inner = [ends[0]] + [v for v in ring[first + 1 : last + 1] if v not in ends] + [ends[1]]
        outer = [ends[1]] + [v for v in ring[last + 1 :] + ring[: first + 1] if v not in ends] + [ends[0]]
        return (inner, outer) if s[first] >= t else (outer, inner)

    def _piece(self, ring: list[int], first: int, last: int, shares: list[float]) -> float:
        """Area of the part between the crossings of edges `first` and `last`."""
        n, points = len(ring), [(self.x[v], self.y[v]) for v in ring[first + 1 : last + 1]]
        for i, at, where in ((first, shares[0], 0), (last, shares[1], len(points) + 1)):
            a, b = ring[i], ring[(i + 1) % n]
            points.insert(where, (self.x[a] + at * (self.x[b] - self.x[a]), self.y[a] + at * (self.y[b] - self.y[a])))
        return 0.5 * sum(p[0] * q[1] - q[0] * p[1] for p, q in zip(points, points[1:] + points[:1], strict=True))

    def divide(self, ring: list[int], weights: list[float], turn: float, wobble: float, rng: np.random.Generator) -> list[list[int]]:
        """Cells whose areas follow `weights`, cut along a street grid turned by `turn` (radians), each cut off by about `wobble`."""
        if len(weights) == 1:
            return [ring]
        total = sum(weights)
        head, best = 1, math.inf
        running = 0.0
        for i, weight in enumerate(weights[:-1]):
            running += weight
            if abs(running - total / 2) < best:
                head, best = i + 1, abs(running - total / 2)
        share = sum(weights[:head]) / total
        angle = self._long_axis(ring, turn) + float(rng.normal(0, wobble))
        left, right = self.cut(ring, share, angle)
        return self.divide(left, weights[:head], turn, wobble, rng) + self.divide(right, weights[head:], turn, wobble, rng)

    def _long_axis(self, ring: list[int], turn: float) -> float:
        extents = []
        for angle in (turn, turn + math.pi / 2):
            along = [self.x[v] * math.cos(angle) + self.y[v] * math.sin(angle) for v in ring]
            extents.append(max(along) - min(along))
        return turn if extents[0] >= extents[1] else turn + math.pi / 2


def _level(s: list[float], across: list[float], share: float) -> float:
    """The value t with `share` of the polygon's area at s < t, by bisection on the clipped area."""
    n = len(s)
    low, high = min(s), max(s)
    whole = abs(_below(s, across, high + 1.0, n))
    for _ in range(18):
        middle = (low + high) / 2
        if abs(_below(s, across, middle, n)) < share * whole:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _below(s: list[float], w: list[float], t: float, n: int) -> float:
    """Twice the signed area of the part with s < t."""
    area = 0.0
    first_s = first_w = last_s = last_w = 0.0
    is_open = False
    for i in range(n):
        j = i + 1 if i + 1 < n else 0
        a, b = s[i], s[j]
        points: tuple[tuple[float, float], ...] = ((a, w[i]),) if a < t else ()
        if (a < t) != (b < t):
            points = (*points, (t, w[i] + (t - a) / (b - a) * (w[j] - w[i])))
        for ps, pw in points:
            if is_open:
                area += last_s * pw - ps * last_w
            else:
                first_s, first_w, is_open = ps, pw, True
            last_s, last_w = ps, pw
    return area + last_s * first_w - first_s * last_w
