describe('a hook that throws', () => {
  beforeAll(() => {
    throw new Error('on purpose');
  });
  test('one', () => {});
  test('two', () => {});
});
