"""How euros become help: budgets, posts, places, enrolment, effects."""
