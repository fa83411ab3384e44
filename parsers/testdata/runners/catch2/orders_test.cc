#define CATCH_CONFIG_MAIN
#include <catch2/catch.hpp>
#include <catch2/catch_reporter_tap.hpp>
#include <catch2/catch_reporter_sonarqube.hpp>

#include <numeric>
#include <stdexcept>
#include <vector>

int total(const std::vector<int> &prices) {
  return std::accumulate(prices.begin(), prices.end(), 0);
}

TEST_CASE("adds") { CHECK(total({1, 2}) == 3); }

TEST_CASE("is wrong") {
  CHECK(total({1, 2}) == 4);
  CHECK(total({1, 2}) == 5);
}

TEST_CASE("throws") { throw std::runtime_error("no connection"); }

TEST_CASE("is hidden", "[.]") { FAIL("hidden"); }

TEST_CASE("fails and may", "[!mayfail]") { CHECK(total({1}) == 2); }

TEST_CASE("fails and should", "[!shouldfail]") { CHECK(total({1}) == 2); }

TEST_CASE("holds and should not", "[!shouldfail]") { CHECK(total({1}) == 1); }

TEST_CASE("asserts nothing") {}

TEST_CASE("sections <&\">") {
  SECTION("none") { CHECK(total({}) == 0); }
  SECTION("one") { CHECK(total({1}) == 0); }
  SECTION("inner") {
    SECTION("first") { CHECK(total({1}) == 1); }
    SECTION("second") { throw 42; }
  }
}

SCENARIO("a scenario", "[tag]") {
  GIVEN("prices") {
    WHEN("added") {
      THEN("they are a total") { CHECK(total({1, 2}) == 3); }
    }
  }
}
