"""What goes out: balances, execution, settlement, documents."""
