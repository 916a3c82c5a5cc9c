/**
 * The tests again, with CDK Terrain in place of cdktf: in the code, in the tests, and in the provider bindings. Tests that only start
 * other processes, which would load cdktf, are left out.
 * @type {import("jest").Config}
 */
module.exports = {
  ...require("./jest.config.js"),
  moduleNameMapper: { "^cdktf$": "cdktn", "^cdktf/(.*)$": "cdktn/$1" },
  testPathIgnorePatterns: [
    "/node_modules/",
    "/__tests__/(cli|docs|emulator|matrix|package|pipelines|scripts)/",
    "/__tests__/(modules/account|portable-output|public-entry).test",
  ],
};
