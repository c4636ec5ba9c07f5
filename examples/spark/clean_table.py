"""Clean a table of pages with Spark, each story once.

    spark-submit clean_table.py pages.parquet cleaned.parquet

The input has the columns `id` and `text`, and perhaps url, site, title, byline, published, language. The
output has id, text, status (kept, dropped, failed), and as JSON meta, trail (every edit, as in the ledger of
a run) and error. `clean` must be installed on every executor.
"""

from __future__ import annotations

import sys

from clean.execute.frame import cleaned, once
from clean.execute.spark import session

if __name__ == "__main__":
    source, target = sys.argv[1:]
    pages = cleaned(session().read.parquet(source)).cache()
    once(pages).write.parquet(target)
