import { describe, expect, test } from 'vitest';
import { discount, total } from './orders.mjs';

describe('orders', () => {
  test('adds up', () => expect(total([{ price: 2, count: 3 }])).toBe(6));
  test('of nothing', () => expect(total([])).toBe(0));
  test.each([[50, 0], [200, 20]])('discount of %d', (sum, want) => expect(discount(sum)).toBe(want));
  test('is wrong on purpose', () => expect(total([{ price: 2, count: 3 }])).toBe(7));
  test('throws on purpose', () => discount(-1));
  test.skip('is skipped', () => expect(1).toBe(2));
  test.todo('is to be written');
  test.fails('is known to fail', () => expect(1).toBe(2));
});

describe('retries', () => {
  let runs = 0;
  test('holds the second time', { retry: 2 }, () => expect(++runs).toBe(2));
  test('never holds', { retry: 2 }, () => expect(1).toBe(2));
});
