"""Built-in providers: credentials for known services, from what is there anyway (variables, cloud tools, libraries).

`catalogue` lists them, `provider` makes sources of them, `world` is what they may touch. A provider answers for the
hosts of its service alone, over https alone, and what it needs is loaded only when such a host is met.
"""
