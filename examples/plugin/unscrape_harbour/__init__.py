"""An example plug-in of clean: one stage and one pack of site rules."""
