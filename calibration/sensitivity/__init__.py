"""What decides a difference between scenarios: which doubts, or chance."""
