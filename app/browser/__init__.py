"""The browser: policy staff move sliders and see what differs, how surely, where, and for whom."""
