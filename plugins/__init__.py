"""The rules and the consolidation, each also a real Beancount plugin."""
