"""TYP: type safety and schemas."""
