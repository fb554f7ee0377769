"""Load generators and recorded figures. The product imports nothing from here."""
