import { Foundational } from "../../examples/foundational";
import { onlyResource, resourcesOf } from "../support/synth";
import { synthesized, testApp } from "../support/test-app";

const example = synthesized(new Foundational(testApp(), "foundational"));

test("the example foundational creates one role, and nothing that acts on instances", () => {
  expect(onlyResource(example, "aws_iam_role")).toMatchObject({ name: "CspmMonitorAws" });
  expect(Object.keys(example.resource ?? {}).filter((type) => type.startsWith("aws_ssm"))).toEqual([]);
});

test("the example foundational switches on the free plan alone", () => {
  const connector = Object.values(resourcesOf(example, "azapi_resource"))[0] as {
    body: { properties: { offerings: { offeringType: string }[] } };
  };
  expect(connector.body.properties.offerings.map(({ offeringType }) => offeringType)).toEqual(["CspmMonitorAws"]);
});
