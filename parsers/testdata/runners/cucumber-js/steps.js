const assert = require('node:assert');
const { After, Given, Then, When } = require('@cucumber/cucumber');

let items, runs = 0;
const total = () => items.reduce((sum, item) => sum + item.price * item.count, 0);

Given('an empty order', () => { items = []; });
When('{int} items of {int} are added', (count, price) => { items.push({ count, price }); });
Then('the total is {int}', (want) => assert.strictEqual(total(), want));
Then('the discount is {int}', (want) => assert.strictEqual(total() > 100 ? total() / 10 : 0, want));
Then('this is never looked at', () => {});
When('this is to be written', () => 'pending');
When('two steps match', () => {});
When(/^two steps (.*)$/, (rest) => rest);
When('the rest is skipped', () => 'skipped');
Then('the second run holds', () => assert.strictEqual(++runs, 2));
After({ tags: '@hook' }, () => { throw new Error('on purpose'); });
