"""Benchmarks (性能测量): `make bench` prints ours beside the plain way, in one run on one machine."""
