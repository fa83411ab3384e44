import { expect, test } from 'vitest';
import { discount, total } from './orders.mjs';

test('total', () => expect(total([{ price: 3, count: 2 }, { price: 4, count: 1 }])).toBe(10));
test('half', () => expect(discount(10, 'HALF')).toBe(5));
test('none', () => expect(discount(10, 'NONE')).toBe(10));
