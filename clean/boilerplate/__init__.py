"""What the boilerplate stage knows beyond its rules: page, regions, head, repeats, site lines, scorer."""
