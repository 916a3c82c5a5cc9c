/** @type {import("jest").Config} */
module.exports = {
  ...require("./jest.config.js"),
  roots: ["<rootDir>/dist/__tests__/package"],
  testPathIgnorePatterns: ["/node_modules/"],
};
