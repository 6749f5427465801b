"""Who meets whom: household, class, street, friends, neighbouring wijken."""
