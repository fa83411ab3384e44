import { describe, test } from 'vitest';

describe.skip('the whole file', () => {
  test('one', () => {});
  test('two', () => {});
});
