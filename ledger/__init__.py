"""The books: units, chart, vouchers, journal text, posting table, history. Imports nothing of the floors above."""
