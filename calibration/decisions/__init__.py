"""What decides a choice between scenarios: break-even, regret, the worth of knowing, the next euros."""
