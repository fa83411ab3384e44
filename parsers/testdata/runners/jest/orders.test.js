const { total, discount } = require('./orders');

describe('orders', () => {
  test('adds up', () => expect(total([{ price: 2, count: 3 }])).toBe(6));
  test('of nothing', () => expect(total([])).toBe(0));
  test.each([[50, 0], [200, 20]])('discount of %d', (sum, want) => expect(discount(sum)).toBe(want));
  test('is wrong on purpose', () => expect(total([{ price: 2, count: 3 }])).toBe(7));
  test('throws on purpose', () => discount(-1));
  test.skip('is skipped', () => expect(1).toBe(2));
  test.todo('is to be written');
  test.failing('is known to fail', () => expect(1).toBe(2));
});

describe('retries', () => {
  jest.retryTimes(2);
  let runs = 0;
  test('holds the second time', () => expect(++runs).toBe(2));
  test('never holds', () => expect(1).toBe(2));
});
