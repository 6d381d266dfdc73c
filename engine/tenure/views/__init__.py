"""Timelines to look at: tables of verdicts and text timelines, for a terminal or as plain text."""
