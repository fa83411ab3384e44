require('./there-is-no-such-module');

test('never gets here', () => {});
