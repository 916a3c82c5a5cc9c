import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { AzurermProvider } from "@cdktf/provider-azurerm/lib/provider";
import { TerraformStack } from "cdktf";
import * as fc from "fast-check";
import { AzapiProvider, InputError } from "../../modules";
import { PortalTemplateOnboarding, PortalTemplateOrganization, readTemplate } from "../../modules/portal";
import { CONSTRUCT_INPUTS, MEMBERS } from "../support/construct-inputs";
import type { ConstructInputs } from "../support/construct-inputs";
import { HOSTILE_VALUES } from "../support/hostile-values";
import { portalTemplate } from "../support/portal-template";
import { ACCOUNT } from "../support/synth";
import { synthesized, testApp } from "../support/test-app";

/** More runs on request; see CONTRIBUTING.md. */
const RUNS = Number(process.env.HOSTILE_INPUTS ?? 300);
/** Every so many of the constructs that are created are synthesized: it costs more than all else. */
const SYNTHESIZED = 20;

/** Keys for what is added: known ones, misspelled ones, and those that JavaScript has on every object. */
const KEYS = [
  "tags",
  "awsProvider",
  "dependsOn",
  "mode",
  "extra",
  "__proto__",
  "constructor",
  "toString",
  "",
  "${var.x}",
];

// The template is no plain data: it is given as it was read.
const PLANS = { servers: { subPlan: "P2", arcAutoProvisioning: false } } as const;
const template = readTemplate(JSON.stringify(portalTemplate(PLANS)));
const ofAccount = {
  ...ACCOUNT,
  plans: PLANS,
  templateParameters: { DefenderForServersRoleName: "Own" },
  roleArns: { cspmMonitor: "arn:aws:iam::111122223333:role/Posture" },
  identityProvider: { mode: "extend" },
  templateBucketName: "templates",
  createTemplateBucket: true,
};
const PORTAL_TEMPLATE: readonly ConstructInputs[] = [
  {
    name: "PortalTemplateOnboarding",
    create: (stack, props) => new PortalTemplateOnboarding(stack, "It", { ...(props as object), template } as never),
    examples: [ofAccount],
  },
  {
    name: "PortalTemplateOrganization",
    create: (stack, props) => new PortalTemplateOrganization(stack, "It", { ...(props as object), template } as never),
    examples: [{ ...ofAccount, ...MEMBERS }],
  },
];

const EXAMPLES = [...CONSTRUCT_INPUTS, ...PORTAL_TEMPLATE].flatMap(({ name, create, examples }) =>
  examples.map((example, index) => ({ create, example, [fc.toStringMethod]: () => `${name} ${index}` })),
);

/** Where a change is made (the n-th value of the example), what is done there, and with what. */
const change = fc.record({
  at: fc.nat(10_000),
  how: fc.constantFrom("replace", "replace", "replace", "delete", "add", "nest", "append"),
  value: fc.oneof(
    { weight: 2, arbitrary: fc.constantFrom(...Object.keys(HOSTILE_VALUES)) },
    // Those of which many are taken.
    {
      weight: 1,
      arbitrary: fc.constantFrom(...Object.keys(HOSTILE_VALUES).filter((name) => /token|string/.test(name))),
    },
  ),
  key: fc.constantFrom(...KEYS),
});
type Change = typeof change extends fc.Arbitrary<infer Value> ? Value : never;

type Container = Record<string, unknown> | unknown[];

/** Every value inside of a value, by the object or list that has it. */
function placesIn(
  container: Container,
): { readonly container: Container; readonly key: string; readonly old: unknown }[] {
  return Object.entries(container).flatMap(([key, old]) => [
    { container, key, old },
    ...(typeof old === "object" && old !== null ? placesIn(old as Container) : []),
  ]);
}

function set(container: Container, key: string, value: unknown): void {
  Object.defineProperty(container, key, { value, enumerable: true, configurable: true, writable: true });
}

/** The example with changes. Places are those of the example, so that no change meets a hostile value. */
function changed(example: object, changes: readonly Change[], stack: TerraformStack): unknown {
  const props = JSON.parse(JSON.stringify(example)) as Container;
  const places = placesIn(props);
  for (const { at, how, value: name, key } of changes) {
    const place = places[at % places.length];
    if (!place) {
      continue;
    }
    const value = HOSTILE_VALUES[name]?.(stack);
    const { old } = place;
    if (how === "delete") {
      Reflect.deleteProperty(place.container, place.key);
    } else if (how === "add") {
      set(place.container, key, value);
    } else if (how === "append" && Array.isArray(old)) {
      set(place.container, place.key, [...(old as readonly unknown[]), value]);
    } else {
      set(place.container, place.key, how === "nest" ? { [key]: value, old } : value);
    }
  }
  return props;
}

function stackWithProviders(): TerraformStack {
  const stack = new TerraformStack(testApp(), "stack");
  new AwsProvider(stack, "aws", { region: "eu-central-1" });
  new AzurermProvider(stack, "azurerm", { features: [{}] });
  new AzapiProvider(stack, "azapi");
  return stack;
}

/** An InputError, which names each prop, is the one error that there may be. */
function refusal(create: () => unknown): InputError | undefined {
  try {
    create();
  } catch (error) {
    if (!(error instanceof InputError)) {
      throw error;
    }
    return error;
  }
  return undefined;
}

test(
  "each input is taken or refused by an InputError, whatever it is",
  () => {
    let created = 0;
    let refused = 0;
    fc.assert(
      fc.property(
        fc.constantFrom(...EXAMPLES),
        fc.oneof(fc.tuple(change), fc.array(change, { minLength: 2, maxLength: 3 })),
        ({ create, example }, changes) => {
          const stack = stackWithProviders();
          const props = changed(example, changes, stack);
          const error = refusal(() => create(stack, props));
          if (error) {
            refused += 1;
            expect(error.faults.length).toBeGreaterThan(0);
            expect(error.faults.filter(({ prop, message }) => !message.startsWith(`${prop}: `))).toEqual([]);
            return;
          }
          created += 1;
          if (created % SYNTHESIZED === 0) {
            expect(JSON.stringify(synthesized(stack))).not.toContain("TfToken[");
          }
        },
      ),
      { seed: 20261125, numRuns: RUNS },
    );
    // Changes that are always refused, or never, would prove nothing.
    expect(refused).toBeGreaterThan(RUNS / 10);
    expect(created).toBeGreaterThan(RUNS / 20);
  },
  600_000 + RUNS * 100,
);
