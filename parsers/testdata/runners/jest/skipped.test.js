describe.skip('the whole file', () => {
  test('one', () => {});
  test('two', () => {});
});
