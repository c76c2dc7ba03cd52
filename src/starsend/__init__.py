"""Starsend takes an AI-generated film from a client's plan to an approved cut."""

__version__ = "0.1.0"
