def total(lines):
    amount = 0
    for line in lines:
        amount += line["price"] * line["count"]
    return amount


def discount(amount, code):
    if code == "HALF":
        return amount / 2
    if code == "FREE":
        return 0
    return amount


def ship(order):
    if order["express"]:
        return "fast"
    return "slow"


def debug(order):  # pragma: no cover
    print(order)
