/**
 * Tests run from the compiled output: everything is compiled once, and nothing is type-checked at run time.
 * @type {import("jest").Config}
 */
module.exports = {
  testEnvironment: "node",
  roots: ["<rootDir>/dist/__tests__"],
  testMatch: ["**/*.test.js"],
  testPathIgnorePatterns: ["/node_modules/", "/__tests__/(cdktn|emulator|matrix|package)/"],
  transform: {},
  setupFiles: ["<rootDir>/dist/__tests__/support/without-token-stacks.js"],
  // A machine that does other work, too, is slow, not broken.
  testTimeout: 180_000,
  // The rehearsals wait for terraform most of the time: leave no core idle.
  maxWorkers: "100%",
};
