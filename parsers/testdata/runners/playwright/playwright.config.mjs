export default {
  retries: 1,
  reporter: [['json', { outputFile: 'report.json' }], ['junit', { outputFile: 'report.junit.xml' }]],
  projects: [
    { name: 'first', testMatch: 'orders.spec.mjs' },
    { name: 'second', testMatch: 'orders.spec.mjs', grep: /adds up|holds/ },
  ],
};
