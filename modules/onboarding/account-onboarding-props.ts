import type { TerraformProvider } from "cdktf";
import { CONNECTOR_DESTINATION } from "../azure-connector";
import type { ConnectorDestination } from "../azure-connector";
import { PARTITION } from "../iam";
import type { Partition } from "../iam";
import { IDENTITY_PROVIDER_MODE } from "../identity-provider";
import type { IdentityProviderMode } from "../identity-provider";
import { AWS_ACCOUNT_ID, AWS_REGION, AWS_TAGS, object, optional, text, wholeNumber, withDefault } from "../inputs";
import { provider } from "../terraform";
import type { Read } from "../inputs";
import { ACCESS_LEVEL, ARC_AUTOMATION_OPTIONS, DEFENDER_PLANS, ENTRA_TENANT_ID, ROLE_OPTIONS_BY_ROLE } from "../plans";
import type { AccessLevel, ArcAutomationOptions, DefenderPlans, RoleOptionsByRole } from "../plans";

/** One AWS account to connect. Every value takes a literal or a Terraform value, unless it says otherwise. */
export interface AccountOnboardingProps extends ConnectorDestination {
  /**
   * The AWS account, 12 digits. The plan stops if the AWS credentials belong to another account. A destroy does not stop:
   * also set `allowedAccountIds` on the AWS provider.
   */
  readonly awsAccountId: string;
  /** Region of the AWS provider, as a region code; regional resources are created there. */
  readonly awsRegion: string;
  /**
   * Partition of the account; literal. Nothing is published on Defender for Cloud in `aws-us-gov` and `aws-cn`.
   * @default "aws"
   */
  readonly partition?: Partition;
  /** Entra tenant of the Azure subscription, a GUID in lower case: role trusts are bound to it, and IAM is case-sensitive. */
  readonly entraTenantId: string;
  /** How much Defender may do in the account: `default` or `leastPrivilege`; literal. */
  readonly accessLevel: AccessLevel;
  /**
   * The Defender plans; `{}` is only foundational CSPM. Literal, except `proxy`, `privateLinkScope`, `externalId`,
   * `audience` and the fields of `ciem`, which may be Terraform values.
   */
  readonly plans: DefenderPlans;
  /**
   * Names, paths, boundaries and further permissions of the roles, or roles that exist already. Literal, except the ARNs
   * of boundaries and of further managed policies, and the values of tags.
   * @default the portal's names, nothing further
   */
  readonly roles?: RoleOptionsByRole;
  /**
   * How Systems Manager makes instances ready for the Azure Arc agent; for plans that install it.
   * @default the portal's setup, in `awsRegion`
   */
  readonly arcAutomation?: ArcAutomationOptions;
  /**
   * How to handle the account's OIDC identity provider, which Microsoft Sentinel shares: `create`, `extend`,
   * `verify` or `release`; literal.
   * @default { mode: "create" }; the plan stops where Sentinel is connected
   */
  readonly identityProvider?: IdentityProviderMode;
  /**
   * How to handle the identity provider of your own tenant, which CIEM needs: `create`, `extend`, `verify` or
   * `release`; literal. Use `extend` where another application of the tenant uses it, too: in mode `create` it is destroyed
   * when CIEM is switched off.
   * @default { mode: "create" }
   */
  readonly ciemIdentityProvider?: IdentityProviderMode;
  /**
   * Seconds to wait before the connector after a role, an audience or the tenant was added or replaced, because IAM is
   * eventually consistent: 0 to 900; literal. No waiting time is published.
   * @default 30
   */
  readonly iamPropagationSeconds?: number;
  /**
   * Tags of everything that is created, in both clouds: a literal map, whose values may be Terraform values.
   * @default none
   */
  readonly tags?: Readonly<Record<string, string>>;
  /**
   * AWS provider.
   * @default the stack's
   */
  readonly awsProvider?: TerraformProvider;
}

/** Schemas of the props that every onboarding of an account has, by prop. */
export const ONBOARDING_SHAPE = {
  awsAccountId: text(AWS_ACCOUNT_ID),
  awsRegion: text(AWS_REGION),
  partition: PARTITION,
  entraTenantId: text(ENTRA_TENANT_ID),
  plans: DEFENDER_PLANS,
  identityProvider: withDefault(IDENTITY_PROVIDER_MODE, { mode: "create" }),
  ...CONNECTOR_DESTINATION,
  iamPropagationSeconds: withDefault(wholeNumber(0, 900, "seconds"), 30),
  tags: optional(AWS_TAGS),
  awsProvider: optional(provider("aws")),
};

/** Schemas of {@link AccountOnboardingProps}, by prop. */
export const ACCOUNT_ONBOARDING_SHAPE = {
  ...ONBOARDING_SHAPE,
  accessLevel: ACCESS_LEVEL,
  roles: ROLE_OPTIONS_BY_ROLE,
  arcAutomation: optional(ARC_AUTOMATION_OPTIONS),
  ciemIdentityProvider: optional(IDENTITY_PROVIDER_MODE),
};

/** Schema of {@link AccountOnboardingProps}. */
export const ACCOUNT_ONBOARDING = object<AccountOnboardingProps>()(ACCOUNT_ONBOARDING_SHAPE);

/** The props with every default filled in. */
export type AccountOnboardingInputs = Read<typeof ACCOUNT_ONBOARDING>;
