"""The command line's door: click commands, one module per group."""
