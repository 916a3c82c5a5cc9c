import { rehearsePlanMatrix } from "./plan-matrix";

describe("every plan and feature by template deployment", () => {
  rehearsePlanMatrix("templateDeployment");
});
