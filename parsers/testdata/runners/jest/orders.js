// A tiny shop: what the tests of this folder are about.
exports.total = (items) => items.reduce((sum, item) => sum + item.price * item.count, 0);

exports.discount = (total) => {
  if (total < 0) {
    throw new RangeError('a total below zero');
  }
  return total > 100 ? total / 10 : 0;
};
