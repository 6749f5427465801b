"""The twenty areas: their statistics with sources, and the loader."""
