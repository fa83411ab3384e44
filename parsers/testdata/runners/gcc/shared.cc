template <typename T> T twice(T v) {
  if (v > 2)
    return v * 2;
  return v + v;
}

int main() {
  return twice(3) != 6 || twice(1.5) != 3.0;
}
