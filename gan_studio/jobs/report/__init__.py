"""The report of a fault: what it says, and what it must not say."""
