"""What can be wrong with a sheet of local numbers, each as one sentence in Dutch and English."""

from __future__ import annotations

from scenarios.sentences import SentenceError, read_sentences

SENTENCES = read_sentences("local_messages.toml")


class LocalDataError(SentenceError):
    """A sheet of local numbers cannot be used; says in one sentence where, what was found and what is allowed."""

    sentences = SENTENCES
