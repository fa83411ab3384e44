import pytest


def total(n):
    return sum(range(n))


@pytest.mark.parametrize("n", [1, 10])
def test_total(benchmark, n):
    benchmark.pedantic(total, args=(n,), rounds=4, iterations=3)


class TestTax:
    def test_rate(self, benchmark):
        benchmark.pedantic(total, args=(3,), rounds=5)


def test_throws(benchmark):
    benchmark.pedantic(lambda: 1 / 0, rounds=2)


def test_without_benchmark():
    assert total(3) == 3
