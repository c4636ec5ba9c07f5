"""How fast the program is, beside others on the same work: `python -m benchmarks`, or each module alone."""
