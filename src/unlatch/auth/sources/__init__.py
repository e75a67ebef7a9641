"""The sources of credentials, one module each; what they have in common is the protocol in `auth.source`."""
