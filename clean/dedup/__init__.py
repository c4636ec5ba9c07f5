"""Near-duplicates: shingles, signatures, candidate pairs, exact verification, clusters, the index.

`find(texts)` is all that most callers need; it is imported from `clean.dedup.find`.
"""
