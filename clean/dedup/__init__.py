"""Near-duplicates: shingles, signatures, candidate pairs, exact verification, clusters, and the index on disk.

`find(texts)` is all that most callers need; it is imported from `clean.dedup.find`.
"""
