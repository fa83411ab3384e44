int total(const int *prices, int n) {
  int sum = 0;
  for (int i = 0; i < n; i++)
    sum += prices[i];
  return sum;
}

int discount(int sum, int code) {
  if (code == 1)
    return sum / 2;
  if (code == 2)
    return 0;
  return sum;
}

int ship(int express) {
  if (express)
    return 1;
  return 2;
}
