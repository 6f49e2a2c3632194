"""The engine: a trainer that is a plain generator of events."""
