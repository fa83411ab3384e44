module.exports = [
  {
    languageOptions: { sourceType: "commonjs" },
    rules: { eqeqeq: "error", "no-debugger": "error", "no-unused-vars": "warn", "no-var": "warn" },
  },
];
