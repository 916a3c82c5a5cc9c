import { feature, object, optional, text } from "../inputs";
import type { Format } from "../inputs";
import type { Consequence, ConnectorFields } from "./plan";

/** Installation of the Azure Arc agent on EC2 instances through Systems Manager. */
export interface ArcAutoProvisioning {
  /**
   * HTTP proxy for the agent, for instance `http://proxy.example:8080`.
   * @default none
   */
  readonly proxy?: string;
  /**
   * Resource id of the Arc private link scope.
   * @default none
   */
  readonly privateLinkScope?: string;
}

const PROXY: Format = {
  expected: 'the URL of an HTTP proxy, for instance "http://proxy.example:8080"',
  pattern: "^https?://[^\\s/]+/?$",
};

/** Resource Manager compares ids without regard to case. */
const PRIVATE_LINK_SCOPE: Format = {
  expected:
    'the resource id of an Arc private link scope: "/subscriptions/.../resourceGroups/.../providers/Microsoft.HybridCompute/privateLinkScopes/..."',
  pattern:
    "^/[Ss]ubscriptions/[^/]+/[Rr]esource[Gg]roups/[^/]+/providers/[Mm]icrosoft\\.[Hh]ybrid[Cc]ompute/[Pp]rivate[Ll]ink[Ss]copes/[^/]+$",
};

/** Whether the agent is installed, and how it reaches Azure. */
export const ARC_AUTO_PROVISIONING = feature(
  object<ArcAutoProvisioning>()({ proxy: optional(text(PROXY)), privateLinkScope: optional(text(PRIVATE_LINK_SCOPE)) }),
);

/** The connector's field for it, in every offering that has it. */
export function arcField(arc: false | ArcAutoProvisioning, fields: ConnectorFields) {
  return { ...fields.switch("arcAutoProvisioning"), ...(arc ? { configuration: arc } : {}) };
}

/** What the installation of the Arc agent changes. */
export function arcConsequences<Feature>(feature: Feature): Consequence<Feature>[] {
  return [
    {
      kind: "change",
      feature,
      text: "A Systems Manager association looks at every instance of the Region (`arcAutomation.targets` limits it), at once and every 30 days: an instance without an instance profile gets Defender's; the role of an existing profile gets AWS's two Systems Manager policies (`arcAutomation.attachToExistingProfiles: false` prevents that).",
    },
    {
      kind: "change",
      feature,
      text: "Defender sends Systems Manager commands to the instances, which install the Azure Arc agent. Every such instance becomes an Arc machine in your subscription.",
    },
  ];
}
