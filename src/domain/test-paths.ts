/** Where projects keep their tests, as patterns that gitignore would understand (with {a,b} for either). */
export const testGlobs: readonly string[] = [
  "**/{test,tests,__tests__,spec}/**",
  "**/*{.,_,-}{test,spec}.*",
  "**/test_*.py",
];
