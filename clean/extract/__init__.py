"""What the `extract` stage needs: the extractor's opinion, the look of each block, and what a block is."""
