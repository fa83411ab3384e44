#include <gtest/gtest.h>

#include <numeric>
#include <stdexcept>
#include <vector>

int total(const std::vector<int> &prices) {
  return std::accumulate(prices.begin(), prices.end(), 0);
}

TEST(Total, Adds) { EXPECT_EQ(3, total({1, 2})); }

TEST(Total, IsWrong) {
  EXPECT_EQ(4, total({1, 2}));
  EXPECT_EQ(5, total({1, 2})) << "<&\"]]>";
}

TEST(Total, Throws) { throw std::runtime_error("no connection"); }

TEST(Total, SkipsItself) { GTEST_SKIP() << "no refunds yet"; }

TEST(Total, SkipsBehindAFailure) {
  EXPECT_TRUE(false);
  GTEST_SKIP() << "too late";
}

TEST(Total, DISABLED_Ships) { FAIL(); }

TEST(Total, Records) { RecordProperty("answer", 42); }

class Costs : public testing::TestWithParam<int> {};
TEST_P(Costs, Nothing) { EXPECT_EQ(0, GetParam()); }
INSTANTIATE_TEST_SUITE_P(Of, Costs, testing::Values(0, 1));

template <typename T>
class Typed : public testing::Test {};
typedef testing::Types<int, std::vector<int>> Both;
TYPED_TEST_SUITE(Typed, Both);
TYPED_TEST(Typed, IsEmpty) { EXPECT_EQ(TypeParam(), TypeParam()); }

class Closed : public testing::Test {
 protected:
  static void SetUpTestSuite() { FAIL() << "closed"; }
};
TEST_F(Closed, Holds) {}

class Stuck : public testing::Test {
 protected:
  void TearDown() override { FAIL() << "the till is stuck"; }
};
TEST_F(Stuck, Holds) {}

class DISABLED_Later : public testing::Test {};
TEST_F(DISABLED_Later, Holds) {}
