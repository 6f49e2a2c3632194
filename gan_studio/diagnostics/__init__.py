"""Probes and metrics: one file each."""
