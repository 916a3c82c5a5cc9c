import { rehearsePlanMatrix } from "./plan-matrix";

describe("by template deployment", () => {
  rehearsePlanMatrix("templateDeployment");
});
