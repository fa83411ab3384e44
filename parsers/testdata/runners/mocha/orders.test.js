const assert = require('node:assert');
const { total, discount } = require('./orders');

describe('orders', () => {
  it('adds up', () => assert.strictEqual(total([{ price: 2, count: 3 }]), 6));
  it('of nothing', () => assert.strictEqual(total([]), 0));
  it('is wrong on purpose', () => assert.strictEqual(total([{ price: 2, count: 3 }]), 7));
  it('throws on purpose', () => { discount(-1); });
  it('takes too long', function (done) { this.timeout(50); });
  it.skip('is skipped', () => {});
  it('is to be written');
  it('skips itself', function () { this.skip(); });
});

describe('retries', function () {
  this.retries(2);
  let runs = 0;
  it('holds the second time', () => assert.strictEqual(++runs, 2));
  it('never holds', () => assert.strictEqual(1, 2));
});

describe('a hook that throws', () => {
  before(() => { throw new Error('on purpose'); });
  it('one', () => {});
  it('two', () => {});
});
