function total(lines) {
  let sum = 0;
  for (const line of lines) {
    sum += line.price * line.count;
  }
  return sum;
}

function discount(sum, code) {
  if (code === 'HALF') {
    return sum / 2;
  }
  if (code === 'FREE') {
    return 0;
  }
  return sum;
}

function ship(order) {
  const label = order.express ? 'fast' : 'slow';
  return label + ':' + order.id;
}

module.exports = { total, discount, ship };
