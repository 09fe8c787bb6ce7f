"""An audit as text, JSON or HTML: presentation only, every number comes from the `Audit`."""
