"""Merges of profiles: their records, the snapshots to undo them, and the aliases of merged profiles."""
