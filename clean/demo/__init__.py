"""Dirty pages of our own writing, for `clean demo`."""
