#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

static int total(const int *prices, int n) {
  int sum = 0;
  for (int i = 0; i < n; i++) sum += prices[i];
  return sum;
}

static void adds(void **state) { (void)state; assert_int_equal(total((int[]){1, 2}, 2), 3); }
static void is_wrong(void **state) { (void)state; assert_int_equal(total((int[]){1, 2}, 2), 4); }
static void skips(void **state) { (void)state; skip(); }
static void crashes(void **state) { (void)state; *(volatile int *)0 = 1; }
static int closed(void **state) { (void)state; return -1; }
static int stuck(void **state) { (void)state; return -1; }

int main(void) {
  const struct CMUnitTest orders[] = {
      cmocka_unit_test(adds),
      cmocka_unit_test(is_wrong),
      cmocka_unit_test(skips),
      cmocka_unit_test(crashes),
      {"set_up_fails", adds, closed, NULL, NULL},
      {"tear_down_fails", adds, NULL, stuck, NULL},
  };
  const struct CMUnitTest shop[] = {cmocka_unit_test(adds), cmocka_unit_test(skips)};
  int failed = cmocka_run_group_tests(orders, NULL, NULL);
  failed += cmocka_run_group_tests(shop, closed, NULL);
  return failed > 0;
}
