"""What stands in front of a service: from the files of proxies, orchestrators, platforms and pipelines."""

from fastapi_audit.linking.gateways.find import find_gateways

__all__ = ["find_gateways"]
