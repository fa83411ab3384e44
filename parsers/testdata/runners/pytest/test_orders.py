import pytest

tries = 0


def total(prices):
    return sum(prices)


def test_total():
    assert total([1, 2]) == 3


def test_total_is_wrong():
    assert total([1, 2]) == 4


@pytest.mark.parametrize("prices", [[], [0], [1]], ids=["none", "free", "one <&\"'>"])
def test_costs_nothing(prices):
    assert total(prices) == 0


def test_throws():
    # pytest calls whatever ends the body of a test a failure.
    total(None)


@pytest.mark.skip(reason="no refunds yet")
def test_refund():
    assert False


def test_skips_itself():
    pytest.skip("no shipping yet")


@pytest.mark.xfail(reason="known: taxes")
def test_tax():
    assert total([1]) == 2


@pytest.mark.xfail(reason="mended long ago")
def test_holds_against_expectation():
    assert total([1]) == 1


@pytest.mark.xfail(strict=True, reason="must be taken out once it holds")
def test_holds_and_must_not():
    assert total([1]) == 1


@pytest.fixture
def shop():
    raise RuntimeError("no connection")


def test_set_up_throws(shop):
    assert total([]) == 0


@pytest.fixture
def till():
    yield []
    raise RuntimeError("the till is stuck")


def test_tear_down_throws(till):
    assert total(till) == 0


def test_fails_and_tear_down_throws(till):
    assert total(till) == 1


@pytest.mark.flaky(reruns=2)
def test_holds_in_its_second_run():
    global tries
    tries += 1
    assert tries == 2


class TestDiscount:
    def test_half(self):
        print("half\x1b[31m price")
        assert total([4]) / 2 == 2

    class TestMembers:
        def test_free(self):
            assert total([]) == 0
