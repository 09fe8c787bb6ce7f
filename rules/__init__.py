"""The built-in rule pack, installed as `fastapi_audit_rules`: one folder a family, one file a rule."""
