"""What a plugin may import: so far the facts of the base (`events`)."""
