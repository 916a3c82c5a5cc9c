import {
  AWS_REGION,
  flag,
  INSTANCE_PROFILE_NAME,
  list,
  object,
  optional,
  text,
  withDefault,
  withRule,
} from "../inputs";
import type { Format, Read } from "../inputs";

/** Where an automation looks for instances: a target of a Systems Manager association. */
export interface ArcAutomationTarget {
  /**
   * `InstanceIds` for every instance, `tag:<key>`, `tag-key`, `ResourceGroup`, or `ParameterValues` for instances by their
   * ids, as Microsoft's Terraform of 2024-02-13 has them.
   */
  readonly key: string;
  /** Values of the key; `["*"]` with `InstanceIds` is every instance of the region, instance ids with `ParameterValues`. */
  readonly values: readonly string[];
}

/** What the customer decides about Arc auto-provisioning. Everything is literal. */
export interface ArcAutomationOptions {
  /**
   * Suffix of all names: 1 to 23 letters, digits, hyphens or underscores.
   * @default "MDCSetup", the portal's
   */
  readonly configurationId?: string;
  /**
   * Whether the automation may attach AWS's two Systems Manager policies to the roles of instance profiles that exist
   * already. Where it may not, such instances are given Defender's own profile.
   * @default true, as the portal sets it up
   */
  readonly attachToExistingProfiles?: boolean;
  /**
   * Regions whose instances are looked at, as region codes; literals. Needs hashicorp/aws 6 or later: a stack with `requireProviders`
   * then asks for it, and in another stack an AWS provider of older bindings is refused at synth.
   * @default the region of the AWS provider
   */
  readonly regions?: readonly string[];
  /**
   * Name of an instance profile of the customer to extend.
   * @default none
   */
  readonly instanceProfileName?: string;
  /**
   * Instances to look at.
   * @default every instance of the region
   */
  readonly targets?: readonly ArcAutomationTarget[];
  /**
   * Whether the automation's two documents exist already and are taken over: imported in each region, and brought to what is
   * declared. Terraform cannot look them up by name, so the plan stops where one does not exist. Leave the option out after
   * the apply.
   * @default false
   */
  readonly adoptDocuments?: boolean;
}

/** Suffix of all names, as the portal sets it. */
export const PORTAL_CONFIGURATION_ID = "MDCSetup";

const CONFIGURATION_ID: Format = {
  expected: "1 to 23 letters, digits, hyphens or underscores",
  pattern: "^[A-Za-z0-9_-]{1,23}$",
};

/** Key of a target of an association that runs an automation (Systems Manager API reference, Target, 2026). */
const TARGET_KEY: Format = {
  expected: '"InstanceIds", "ParameterValues", "ResourceGroup", "tag-key" or "tag:" and a tag key',
  pattern: "^(InstanceIds|ParameterValues|ResourceGroup|tag-key|tag:.+)$",
};

const TARGET_VALUE: Format = { expected: "a non-empty string", pattern: "." };

const NOT_EMPTY = "an empty list would reach no instance: leave it out, or name some";

/** Schema of {@link ArcAutomationOptions}. */
export const ARC_AUTOMATION_OPTIONS = withRule(
  object<ArcAutomationOptions>()({
    configurationId: withDefault(text(CONFIGURATION_ID, "literal"), PORTAL_CONFIGURATION_ID),
    attachToExistingProfiles: withDefault(flag(), true),
    regions: optional(
      list(text(AWS_REGION, "literal"), { least: 1, size: NOT_EMPTY, distinct: "each region is given at most once" }),
    ),
    instanceProfileName: optional(text(INSTANCE_PROFILE_NAME, "literal")),
    targets: withDefault(
      list(
        object<ArcAutomationTarget>()({
          key: text(TARGET_KEY, "literal"),
          values: list(text(TARGET_VALUE, "literal"), { least: 1, size: "expected one or more values" }),
        }),
        { least: 1, size: NOT_EMPTY },
      ),
      [{ key: "InstanceIds", values: ["*"] }],
    ),
    adoptDocuments: withDefault(flag(), false),
  }),
  ({ instanceProfileName, attachToExistingProfiles }, at, report) => {
    if (instanceProfileName !== undefined && !attachToExistingProfiles) {
      report.fault(
        `${at}.instanceProfileName`,
        instanceProfileName,
        "attachToExistingProfiles is false, so the automation may not extend the role of this profile: leave one of the two out",
      );
    }
  },
);

/** Options of the automation with every default filled in. */
export type ResolvedArcAutomation = Read<typeof ARC_AUTOMATION_OPTIONS>;

/** Those that say what the automation is. */
export type ArcAutomationSettings = Omit<ResolvedArcAutomation, "adoptDocuments">;
