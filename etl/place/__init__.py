"""Placing (落格): every fact gets the deepest unit known for it, and how it was found."""
