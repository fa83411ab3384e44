import { test } from 'vitest';
import './there-is-no-such-module.mjs';

test('never gets here', () => {});
