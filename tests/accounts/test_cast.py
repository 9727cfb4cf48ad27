def test_the_cast_is_whole(cast):
    everyone = cast.everyone()
    assert cast.alice.positions == {cast.enterprise.pk: "manager"}
    assert cast.bob.positions == {cast.enterprise.pk: "member"}
    assert cast.xu.positions == {}
    assert {name for name, user in everyone.items() if user.is_zone_staff} == {
        "guan",
        "gao",
        "shen",
        "ling",
        "ji",
        "cai",
        "sysadmin",
        "secadmin",
        "auditor",
    }
