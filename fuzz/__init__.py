"""Fuzz targets: laws that any bytes must keep."""
