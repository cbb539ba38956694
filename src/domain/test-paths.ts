/** Where projects keep their tests and what those compare with, as patterns that gitignore would understand (with {a,b} for either). */
export const testGlobs: readonly string[] = [
  "**/{test,tests,__tests__,spec,specs,e2e,integration-test,integration-tests,testing,cypress,playwright}/**",
  "**/{fixtures,__fixtures__,testdata,test-data,__mocks__,snapshots,__snapshots__,golden,goldens}/**",
  "**/*{.,_,-}{test,tests,spec,specs,e2e,cy}.*",
  "**/*.{snap,feature,golden,t}",
  "**/*.{approved,received,verified,test-d,snap}.*",
  "**/test_*.py",
  "**/{test,tests,spec,specs}.{js,cjs,mjs,jsx,ts,cts,mts,tsx,py,rb,php,sh,bats}",
  "**/*.bats",
];
