"""What happens to people: one module for each process of a month."""
