package orders;

/** The code under test. */
final class Orders {
    private int items;

    void add(int n) {
        if (n < 1) {
            throw new IllegalArgumentException("an order has at least one item, not " + n);
        }
        items += n;
    }

    int items() {
        return items;
    }

    /** 10 and more items are cheaper. */
    int price() {
        return items >= 10 ? items * 9 : items * 10;
    }
}
