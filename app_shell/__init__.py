"""What the two apps share of the web: access, pages, forms, API answers, problems, limits and their making."""
