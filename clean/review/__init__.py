"""Review of a run: see, judge, undo. Everything here reads the ledger and the cleaned texts, nothing else."""
