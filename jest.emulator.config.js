/** @type {import("jest").Config} */
module.exports = {
  ...require("./jest.config.js"),
  roots: ["<rootDir>/dist/__tests__/emulator"],
  testPathIgnorePatterns: ["/node_modules/"],
  testTimeout: 600_000,
};
