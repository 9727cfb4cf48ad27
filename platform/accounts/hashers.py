"""Argon2id as OWASP sizes it: 19 MiB, two passes. Django's own 100 MiB × 8 lanes starves two cores at a deadline."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2id(Argon2PasswordHasher):
    memory_cost = 19456
    time_cost = 2
    parallelism = 1
