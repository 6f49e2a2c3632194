"""From a configuration schema to a form."""
