"""The engines of `make run` and `make test`: PostgreSQL and Valkey from wheels, under a small supervisor of our own.

A deployment sets DATABASE_URL and VALKEY_URL and never comes here. No app imports this package.
"""

POSTGRES_MAJOR = 18
VALKEY_MAJOR = 9
