import { expect, test } from '@playwright/test';
import { discount, total } from './orders.mjs';

test.describe('orders', () => {
  test('adds up', () => expect(total([{ price: 2, count: 3 }])).toBe(6));
  test('of nothing', () => expect(total([])).toBe(0));
  test('is wrong on purpose', () => expect(total([{ price: 2, count: 3 }])).toBe(7));
  test('throws on purpose', () => { discount(-1); });
  test.skip('is skipped', () => expect(1).toBe(2));
  test.fixme('is to be mended', () => expect(1).toBe(2));
  test('is known to fail', () => {
    test.fail();
    expect(1).toBe(2);
  });
  test('is wrongly known to fail', () => {
    test.fail();
    expect(1).toBe(1);
  });
  test('takes too long', async () => {
    test.setTimeout(200);
    await new Promise((resolve) => setTimeout(resolve, 5000));
  });
  test('holds the second time', ({}, info) => expect(info.retry).toBe(1));
});

test.describe('one after the other', () => {
  test.describe.configure({ mode: 'serial' });
  test('fails', () => expect(1).toBe(2));
  test('does not run', () => {});
});
