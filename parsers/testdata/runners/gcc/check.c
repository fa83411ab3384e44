int total(const int *prices, int n);
int discount(int sum, int code);

int main(void) {
  int prices[] = {6, 4};
  return total(prices, 2) != 10 || discount(10, 1) != 5 || discount(10, 3) != 10;
}
