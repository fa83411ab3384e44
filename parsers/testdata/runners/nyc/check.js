const assert = require('node:assert');
const { total, discount } = require('./orders');

assert.strictEqual(total([{ price: 3, count: 2 }, { price: 4, count: 1 }]), 10);
assert.strictEqual(discount(10, 'HALF'), 5);
assert.strictEqual(discount(10, 'NONE'), 10);
