const assert = require('node:assert');
const { describe, it, test } = require('node:test');
const { total, discount } = require('./orders');

describe('orders', () => {
  it('adds up', () => assert.strictEqual(total([{ price: 2, count: 3 }]), 6));
  it('of nothing', () => assert.strictEqual(total([]), 0));
  it('is wrong on purpose', () => assert.strictEqual(total([{ price: 2, count: 3 }]), 7));
  it('throws on purpose', () => { discount(-1); });
  it.skip('is skipped', () => {});
  it.todo('is to be mended', () => assert.strictEqual(1, 2));
});

test('outside of a suite', () => {});
