#include <stdio.h>

int price(int items, int member) {
    int total = items * 10;
    if (items >= 10)
        total = items * 9;
    if (member && items > 100)
        total -= 5;
    return total;
}

int refund(int items) {
    int total = items * 10;
    return -total;
}

int main(void) {
    printf("%d\n", price(2, 0));
    printf("%d\n", price(20, 0));
    return 0;
}
