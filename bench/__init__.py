"""Load generators and recorded figures. Nothing here is imported by the product, and nothing in it exists for a bench."""
