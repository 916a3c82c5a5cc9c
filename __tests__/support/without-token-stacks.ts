/**
 * cdktf takes a stack trace for each token, to say in an error where it was made. Under jest that is a fifth of a test's time. The second
 * name is CDK Terrain's.
 */
jest.mock("cdktf/lib/tokens/private/stack-trace", () => ({
  captureStackTrace: () => [],
  captureCreationStack: () => [],
}));
