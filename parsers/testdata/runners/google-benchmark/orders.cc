#include <benchmark/benchmark.h>

static int total(int n) {
  int sum = 0;
  for (int i = 0; i < n; i++) benchmark::DoNotOptimize(sum += i);
  return sum;
}

static void BM_Total(benchmark::State& state) {
  for (auto _ : state) total(state.range(0));
  state.SetItemsProcessed(state.iterations() * state.range(0));
  state.counters["orders"] = 3;
  state.SetComplexityN(state.range(0));
}
BENCHMARK(BM_Total)->Arg(8)->Arg(64)->Complexity();

static void BM_Threads(benchmark::State& state) {
  for (auto _ : state) total(4);
}
BENCHMARK(BM_Threads)->Threads(2);

static void BM_Fails(benchmark::State& state) {
  for (auto _ : state) {
    state.SkipWithError("no database");
    break;
  }
}
BENCHMARK(BM_Fails);

BENCHMARK_MAIN();
