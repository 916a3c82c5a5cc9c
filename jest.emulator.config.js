/** @type {import("jest").Config} */
module.exports = {
  ...require("./jest.config.js"),
  roots: ["<rootDir>/dist/__tests__/emulator"],
  testPathIgnorePatterns: ["/node_modules/"],
  testTimeout: 600_000,
  // A file mostly waits: for Terraform, for the AWS provider's own pauses. Each one has an emulator of its own.
  maxWorkers: 3,
};
