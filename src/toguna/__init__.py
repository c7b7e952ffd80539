"""Toguna: sovereign members of an alliance act together with no centre."""

__version__ = "0.1.0"
