"""What a worker raises when nobody waits for its run any more."""


class Stopped(Exception):  # noqa: N818 - not an error: nobody waits for this any more
    """The run was asked to stop."""
