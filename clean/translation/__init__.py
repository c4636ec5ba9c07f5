"""What the `translation` stage knows: English, marks, repairs, flags, the sign of a page, quotations."""
