"""The advocates' portal: parse, authorise, call one function of `outreach`, render. Flask lives here, rules do not."""

from portal.advocate.app import create_app
from portal.advocate.parts import PortalParts

__all__ = ["PortalParts", "create_app"]
