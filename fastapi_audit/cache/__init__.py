"""What earlier runs found out, kept for the next one: the facts of each content, and finished audits."""
