"""The engines that `make test` itself runs on."""


def test_the_embedded_servers_answer():
    from django.core.cache import cache

    cache.set("a", 1)
    assert cache.get("a") == 1
