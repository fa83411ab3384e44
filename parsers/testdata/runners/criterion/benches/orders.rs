// Three benchmarks, of which one has two parameters: criterion writes a folder for each.
use criterion::{black_box, criterion_group, criterion_main, BenchmarkId, Criterion};
use std::time::Duration;

fn total(n: u64) -> u64 {
    (0..n).map(|i| black_box(i) * 3).sum()
}

fn orders(c: &mut Criterion) {
    c.bench_function("total", |b| b.iter(|| total(8)));
    let mut group = c.benchmark_group("orders");
    for n in [8, 64] {
        group.bench_with_input(BenchmarkId::new("sum", n), &n, |b, n| b.iter(|| total(*n)));
    }
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(10).warm_up_time(Duration::from_millis(100)).measurement_time(Duration::from_millis(200));
    targets = orders
}
criterion_main!(benches);
