"""Documents to files: the text tree, shards, the ledger and the manifest."""
