"""The command line: thin readings of the library, one file a command, loaded when called."""
