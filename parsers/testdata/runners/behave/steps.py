from behave import given, then, when


def total(context):
    return sum(price * count for count, price in context.items)


@given("an empty order")
def empty(context):
    context.items = []


@when("{count:d} items of {price:d} are added")
def add(context, count, price):
    context.items.append((count, price))


@when("something breaks")
def breaks(context):
    raise ValueError("on purpose")


@then("the total is {want:d}")
def has_total(context, want):
    assert total(context) == want, "%d is not %d" % (total(context), want)


@then("the discount is {want:d}")
def has_discount(context, want):
    assert (total(context) // 10 if total(context) > 100 else 0) == want
