"""What to run: the library of scenario files and the runner."""
