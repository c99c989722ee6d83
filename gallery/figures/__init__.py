"""The published figures, one short file each."""
