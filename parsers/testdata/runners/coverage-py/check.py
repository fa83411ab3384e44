from orders import discount, total

assert total([{"price": 3, "count": 2}, {"price": 4, "count": 1}]) == 10
assert discount(10, "HALF") == 5
assert discount(10, "NONE") == 10
