#include <check.h>
#include <stdlib.h>
#include <unistd.h>

static int total(const int *prices, int n) {
  int sum = 0;
  for (int i = 0; i < n; i++) sum += prices[i];
  return sum;
}

START_TEST(adds) { ck_assert_int_eq(total((int[]){1, 2}, 2), 3); }
END_TEST

START_TEST(is_wrong) { ck_assert_int_eq(total((int[]){1, 2}, 2), 4); }
END_TEST

START_TEST(crashes) { abort(); }
END_TEST

START_TEST(hangs) { sleep(9); }
END_TEST

START_TEST(exits) { exit(3); }
END_TEST

START_TEST(costs_nothing) { ck_assert_msg(total(&_i, 1) == 0, "costs <%d> & \"more\"", _i); }
END_TEST

static void open_shop(void) { ck_abort_msg("closed"); }

START_TEST(is_never_run) {}
END_TEST

int main(void) {
  Suite *s = suite_create("orders");
  TCase *t = tcase_create("total");
  tcase_set_timeout(t, 1);
  tcase_add_test(t, adds);
  tcase_add_test(t, is_wrong);
  tcase_add_test_raise_signal(t, crashes, 0);
  tcase_add_test(t, hangs);
  tcase_add_exit_test(t, exits, 3);
  tcase_add_loop_test(t, costs_nothing, 0, 2);
  suite_add_tcase(s, t);
  TCase *c = tcase_create("closed");
  tcase_add_unchecked_fixture(c, open_shop, NULL);
  tcase_add_test(c, is_never_run);
  suite_add_tcase(s, c);
  SRunner *r = srunner_create(s);
  srunner_set_tap(r, "report.tap");
  srunner_run_all(r, CK_SILENT);
  int failed = srunner_ntests_failed(r);
  srunner_free(r);
  return failed > 0;
}
