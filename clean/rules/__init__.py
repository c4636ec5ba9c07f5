"""Rules are data: packs in TOML are loaded, checked, compiled to RE2, matched, and prove themselves."""
