// A tiny shop: what the tests of this folder are about.
export const total = (items) => items.reduce((sum, item) => sum + item.price * item.count, 0);

export const discount = (total) => {
  if (total < 0) {
    throw new RangeError('a total below zero');
  }
  return total > 100 ? total / 10 : 0;
};
