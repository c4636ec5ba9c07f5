"""Clean scraped news, with an account of every character removed or changed."""

__version__ = "0.1.0"
