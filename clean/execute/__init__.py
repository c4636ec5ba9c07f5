"""The run: shards, workers, and the order in which a run writes."""
