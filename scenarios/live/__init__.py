"""Answers while somebody waits: runs out of a cache, done in turn by a few processes, cancelled when moved on."""
