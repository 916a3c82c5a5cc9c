import { rehearsePlanMatrix } from "./plan-matrix";

describe("by azapi", () => {
  rehearsePlanMatrix("azapi");
});
