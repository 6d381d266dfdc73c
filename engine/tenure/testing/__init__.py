"""Testing contracts: what their tests exercise, what they miss, and stories made up to break them."""
