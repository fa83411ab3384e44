function total(prices) {
  var sum = 0;
  for (const p of prices) {
    if (p == null) continue;
    sum += p;
  }
  debugger;
  return sum;
}

function unused(a) {
  // eslint-disable-next-line eqeqeq -- this is known
  return a == 1;
}

module.exports = { total };
