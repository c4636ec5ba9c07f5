"""How Sphinx builds these pages: `make docs`."""

from __future__ import annotations

from clean import __version__

project = "clean"
author = "The clean authors"
copyright = author  # noqa: A001 - Sphinx looks for this name
release = version = __version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["_build"]
myst_heading_anchors = 3
# Docstrings are Markdown-like: single backticks mean code.
default_role = "code"
autodoc_member_order = "bysource"
autodoc_typehints = "description"
autodoc_typehints_description_target = "documented"
autodoc_type_aliases = {"Json": "clean.model.Json"}

html_theme = "furo"
html_title = f"clean {release}"
html_theme_options = {"navigation_with_keys": True}
