"""Clusters: many cases about one trouble at one place, noticed, put together, and made into a 代表建议."""
