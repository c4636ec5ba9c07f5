"""What the `entries` stage needs: the page as it was, stamps, entries, copies."""
