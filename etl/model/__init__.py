"""The shared vocabulary: units, tables, categories, rules, indicators. Imports no pandas, streamlit or folium."""
