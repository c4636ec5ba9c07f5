"""Rule packs. The entry point `clean.packs` names this package; its folder is read like `clean/packs`."""
