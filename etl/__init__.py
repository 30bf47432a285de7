"""From the city's files to one sealed DuckDB build: read, clean, place, check, seal, query."""
