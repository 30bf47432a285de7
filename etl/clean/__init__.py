"""From the cell's text to a typed value, as DuckDB SQL over VARCHAR (清洗). No Python runs per row."""
