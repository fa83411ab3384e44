// Two users, ten iterations in all: each asks for the orders, which are there, and for
// a refund, which always fails.
import http from 'k6/http';
import { check, group } from 'k6';
import { Counter, Gauge, Rate, Trend } from 'k6/metrics';

const sold = new Counter('sold');
const stock = new Gauge('stock');
const refunded = new Rate('refunded');
const waited = new Trend('waited', true);
const items = new Trend('items');

export const options = {
  vus: 2,
  iterations: 10,
  thresholds: {
    'http_req_failed': ['rate<0.6'],                      // kept: 10 of 20
    'sold': ['count>=30'],                                // kept: 30
    'refunded': ['rate>0.5'],                             // crossed: none of 10
    'http_req_duration{page:orders}': ['max<60000'],      // kept
    'items': ['avg<12', 'max<100'],                       // one crossed: always 12
  },
};

export default function () {
  const orders = http.get(`${__ENV.BASE}/orders`, { tags: { page: 'orders' } });
  check(orders, { 'orders are there': (r) => r.status === 200 });
  group('refunds', () => {
    const refund = http.get(`${__ENV.BASE}/refund`, { tags: { page: 'refund' } });
    check(refund, { 'is refunded': (r) => r.status === 200 });
    refunded.add(refund.status === 200);
  });
  sold.add(3);
  stock.add(7);
  waited.add(orders.timings.duration);
  items.add(12);
}

export function handleSummary(data) {
  return { [__ENV.OUT]: JSON.stringify(data, null, 2) };
}
