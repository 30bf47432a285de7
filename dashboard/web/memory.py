"""Memory given back (内存归还): a server of many threads keeps what numbers were worked out in, unless its allocator is told otherwise."""

import ctypes

ARENA_MAX, MMAP_THRESHOLD, TRIM_THRESHOLD = -8, -3, -1  # glibc, <malloc.h>
LARGE = 1 << 19  # bytes; of a city a vector takes 1.2 MB


def give_back() -> bool:
    """Large arrays are mapped one by one, so freeing them frees their memory, and few heaps are kept for small ones. glibc otherwise raises
    the size from which it maps to that of whatever was freed last, and keeps two heaps a core and more. False where there is no glibc."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    return mallopt is not None and all(mallopt(name, value) for name, value in ((ARENA_MAX, 4), (MMAP_THRESHOLD, LARGE), (TRIM_THRESHOLD, LARGE)))
