"""Answers while somebody waits: single runs out of a cache, done by a few processes in turn, cancelled when moved on."""
