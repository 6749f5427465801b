"""The doors: the command line and the browser."""
