-- Candidate pairs, for DuckDB and for Spark: the same text, the same pairs as clean/dedup/pairs.py and contain.py.
--
-- members (band, key, content)   the bucket of each content in each band
-- passages (key, content)        the sampled passages of each content
--
-- A content is a number, or any value that sorts as content hashes do. {bucket}, {postings} and {meetings} are
-- BUCKET, POSTINGS and MEETINGS there.
WITH buckets AS (
    SELECT band, key, count(*) AS size, min(content) AS least
    FROM members
    GROUP BY band, key
    HAVING count(*) > 1
),
shared AS (
    SELECT m.band, m.key, m.content, b.size, b.least
    FROM members m JOIN buckets b ON m.band = b.band AND m.key = b.key
),
near AS (
    -- all pairs of a small bucket, a star of a large one
    SELECT a.content AS lesser, b.content AS greater
    FROM shared a JOIN shared b ON a.band = b.band AND a.key = b.key
    WHERE a.size <= {bucket} AND b.size <= {bucket} AND a.content < b.content
    UNION
    SELECT least AS lesser, content AS greater
    FROM shared
    WHERE size > {bucket} AND content > least
),
telling AS (
    SELECT key
    FROM passages
    GROUP BY key
    HAVING count(*) BETWEEN 2 AND {postings}
),
quoting AS (
    SELECT p.key, p.content
    FROM passages p JOIN telling t ON p.key = t.key
),
met AS (
    SELECT a.content AS lesser, b.content AS greater
    FROM quoting a JOIN quoting b ON a.key = b.key
    WHERE a.content < b.content
    GROUP BY a.content, b.content
    HAVING count(*) >= {meetings}
)
SELECT lesser, greater, max(near) AS near, max(met) AS met
FROM (
    SELECT lesser, greater, 1 AS near, 0 AS met FROM near
    UNION ALL
    SELECT lesser, greater, 0 AS near, 1 AS met FROM met
) AS found
GROUP BY lesser, greater
