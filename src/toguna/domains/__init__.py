"""Families of record kinds; each declares itself, and none knows another."""
