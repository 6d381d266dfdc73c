"""Scenarios and properties for what no test exercises yet, ready to be read and edited."""
