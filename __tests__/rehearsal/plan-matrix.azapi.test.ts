import { rehearsePlanMatrix } from "./plan-matrix";

describe("every plan and feature by azapi", () => {
  rehearsePlanMatrix("azapi");
});
