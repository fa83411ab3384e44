function refund(order) {
  return -order.total;
}

module.exports = { refund };
