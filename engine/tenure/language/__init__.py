"""The language: grammar, syntax, parser and printer; what is written, not yet what it means."""
