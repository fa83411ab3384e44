import { beforeAll, describe, test } from 'vitest';

describe('a hook that throws', () => {
  beforeAll(() => {
    throw new Error('on purpose');
  });
  test('one', () => {});
  test('two', () => {});
});
