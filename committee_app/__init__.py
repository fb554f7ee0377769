"""The committee's app: the desk at which what residents raise is answered."""
