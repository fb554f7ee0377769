"""The residents' app: what residents raise, follow and decide on."""
