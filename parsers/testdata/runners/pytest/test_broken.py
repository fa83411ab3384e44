import a_module_that_is_not_there


def test_is_never_collected():
    pass
