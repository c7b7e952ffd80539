"""Benchmarks: one file each, its peers beside it. ``python -m bench --help``."""
