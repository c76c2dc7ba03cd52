"""A server that speaks fal's and Gemini's protocols over real HTTP, for nothing, with faults on demand.

It shares no code with the adapters that it answers, so that its books are an independent witness of what was sent.
"""
