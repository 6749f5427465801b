"""The documents: which there are, those that are made from declarations, and how they look in the browser."""
