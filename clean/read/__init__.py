"""Bytes to documents: walking a folder, decoding, and one module for each format."""
