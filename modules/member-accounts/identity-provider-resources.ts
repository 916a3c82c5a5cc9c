import { readFileSync } from "node:fs";
import { join } from "node:path";
import { object, oneOf, optional, read, text } from "../inputs";
import type { Format } from "../inputs";
import { identityProviderArn, identityProviderUrl, ISSUER_THUMBPRINT, SENTINEL_AUDIENCES } from "../plans";
import type { RoleOptionsByRole } from "../plans";
import { STACK_ACCOUNT, withReferences } from "./cloudformation";
import type { TemplateResource } from "./cloudformation";
import { optionProperties } from "./role-resources";

/**
 * How a member's stack manages the identity providers. It is unknown in which members Microsoft Sentinel, or an earlier
 * onboarding, has created one, and an account can have one per URL.
 *
 * - `ensure`: creates the provider if it is missing, else adds the missing audiences. The last such stack to be deleted removes
 *   what these stacks added, but never the provider, an audience of Sentinel, or an audience that a role accepts.
 * - `create`: a plain resource that stays when the stack is deleted. The stack fails in a member that already has the provider,
 *   even one from an earlier `ensure`; for organizations without Sentinel.
 * - `none`: the provider is managed elsewhere. A role whose audience is not listed cannot be assumed.
 */
export interface MemberIdentityProviderOptions {
  /** The mode: `ensure`, `create` or `none`; literal. */
  readonly mode: MemberIdentityProviderMode;
  /**
   * Name of the role of the function that `ensure` puts into each member: 1 to 64 letters, digits or characters of
   * `_+=,.@-`; literal. For organizations whose policies prescribe names. Path, permissions boundary, session
   * duration and tags are those of `roles.all`.
   * @default a name that CloudFormation generates, which starts with "StackSet-"
   */
  readonly functionRoleName?: string;
}

/** A mode of {@link MemberIdentityProviderOptions}. */
export type MemberIdentityProviderMode = (typeof MODES)[number];

/** Name of an IAM role (IAM API, CreateRole). */
const FUNCTION_ROLE_NAME: Format = {
  expected: "1 to 64 letters, digits or characters of _+=,.@-",
  pattern: "^[A-Za-z0-9_+=,.@-]{1,64}$",
};

const MODES = ["ensure", "create", "none"] as const;

/** Schema of {@link MemberIdentityProviderOptions}. */
export const MEMBER_IDENTITY_PROVIDER = object<MemberIdentityProviderOptions>()({
  mode: oneOf(MODES),
  functionRoleName: optional(text(FUNCTION_ROLE_NAME, "literal")),
});

/** An identity provider that members need. */
export interface MemberIdentityProvider {
  /** Logical id of the resource; it depends on the mode, see {@link logicalIdIn}. */
  readonly logicalId: string;
  /** Entra tenant that issues the tokens. */
  readonly tenantId: string;
  /** Audiences that the provider must list. */
  readonly audiences: readonly string[];
}

/** The role of the function that ensures providers: its own name, and the options of every role. */
export interface FunctionRole extends NonNullable<RoleOptionsByRole["all"]> {
  /** Name in IAM. */
  readonly name?: string;
}

/** The logical id of a resource in a mode: CloudFormation refuses to change the type of a resource under the same id. */
export function logicalIdIn(mode: MemberIdentityProviderMode, name: string): string {
  return mode === "ensure" ? `Ensured${name}` : name;
}

/** The resources of a mode; roles depend on `logicalId` of each provider, except in mode `none`. */
export function identityProviderResources(
  mode: MemberIdentityProviderMode,
  providers: readonly MemberIdentityProvider[],
  functionRole: FunctionRole,
): Record<string, TemplateResource> {
  switch (mode) {
    case "none":
      return {};
    case "create":
      return Object.fromEntries(providers.map((provider) => [provider.logicalId, createdProvider(provider)]));
    case "ensure":
      return {
        ...ensureFunction(functionRole),
        ...Object.fromEntries(providers.map((provider) => [provider.logicalId, ensuredProvider(provider)])),
      };
  }
}

function createdProvider({ tenantId, audiences }: MemberIdentityProvider): TemplateResource {
  return {
    Type: "AWS::IAM::OIDCProvider",
    DeletionPolicy: "Retain",
    UpdateReplacePolicy: "Retain",
    Properties: {
      Url: identityProviderUrl(tenantId),
      ClientIdList: audiences,
      // Optional in the schema, but CloudFormation refuses a provider without it (coverage roadmap, issue 2092).
      ThumbprintList: [ISSUER_THUMBPRINT],
    },
  };
}

/** Each audience that the function adds is recorded in a tag key, after 54 other characters: IAM allows 128. */
const TAGGED_AUDIENCE: Format = {
  expected: "at most 74 letters, digits or characters of _.:/=+@-, to be recorded in a tag",
  pattern: "^[A-Za-z0-9_.:/=+@-]{1,74}$",
};

function ensuredProvider({ tenantId, audiences }: MemberIdentityProvider): TemplateResource {
  for (const audience of audiences) {
    // The only audience that is not a constant of this package.
    read(text(TAGGED_AUDIENCE, "literal"), audience, "plans.databases.openSourceDatabases.audience");
  }
  return {
    Type: "Custom::DefenderForCloudIdentityProvider",
    Properties: {
      ServiceToken: { "Fn::GetAtt": [FUNCTION, "Arn"] },
      // Seconds until CloudFormation gives up on the function; its default is an hour. Lambda may run a failing function three
      // times, with pauses of one and two minutes: nothing may happen after CloudFormation gave up.
      ServiceTimeout: "600",
      Arn: withReferences(identityProviderArn(STACK_ACCOUNT, tenantId), []),
      Url: identityProviderUrl(tenantId),
      ClientIds: audiences,
      KeptClientIds: SENTINEL_AUDIENCES,
      Thumbprint: ISSUER_THUMBPRINT,
    },
  };
}

const FUNCTION = "EnsureIdentityProviderFunction";
const FUNCTION_ROLE = "EnsureIdentityProviderRole";
const FUNCTION_LOG = "EnsureIdentityProviderLog";

// Any tenant's: an update first gives the role its new policy. Only then does the function remove its audiences from a
// provider that is no longer wanted, of CIEM or of another tenant. A policy for only the wanted providers would deny that.
const ENTRA_PROVIDERS = withReferences(identityProviderArn(STACK_ACCOUNT, "*"), []);

/** The function, with a log of its own and a role that can touch Entra's identity providers and nothing else. */
function ensureFunction(role: FunctionRole): Record<string, TemplateResource> {
  return {
    [FUNCTION_LOG]: { Type: "AWS::Logs::LogGroup", Properties: { RetentionInDays: 30 } },
    [FUNCTION_ROLE]: {
      Type: "AWS::IAM::Role",
      Properties: {
        ...(role.name === undefined ? {} : { RoleName: role.name }),
        ...(withReferences(optionProperties(role), []) as object),
        Description: "Adds the audiences of Microsoft Defender for Cloud to the account's identity providers.",
        AssumeRolePolicyDocument: policy([
          {
            Effect: "Allow",
            Principal: { Service: ["lambda.amazonaws.com"] },
            Action: ["sts:AssumeRole"],
            // Applies only if Lambda sends the key: hardening that cannot break the function.
            Condition: { StringEqualsIfExists: { "aws:SourceAccount": [{ Ref: "AWS::AccountId" }] } },
          },
        ]),
        Policies: [
          {
            PolicyName: "EnsureIdentityProvider",
            PolicyDocument: policy([
              {
                Effect: "Allow",
                Action: [
                  "iam:AddClientIDToOpenIDConnectProvider",
                  "iam:CreateOpenIDConnectProvider",
                  "iam:GetOpenIDConnectProvider",
                  "iam:RemoveClientIDFromOpenIDConnectProvider",
                ],
                Resource: [ENTRA_PROVIDERS],
              },
              {
                Effect: "Allow",
                Action: ["iam:TagOpenIDConnectProvider", "iam:UntagOpenIDConnectProvider"],
                Resource: [ENTRA_PROVIDERS],
                // Only its own tags: others may use tags for access control.
                Condition: { "ForAllValues:StringLike": { "aws:TagKeys": ["DefenderForCloud/*"] } },
              },
              // Finds the roles that trust the provider; the action does not support resource-level permissions.
              { Effect: "Allow", Action: ["iam:ListRoles"], Resource: ["*"] },
              {
                Effect: "Allow",
                Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
                Resource: [{ "Fn::GetAtt": [FUNCTION_LOG, "Arn"] }],
              },
            ]),
          },
        ],
      },
    },
    [FUNCTION]: {
      Type: "AWS::Lambda::Function",
      Properties: {
        Description: "Ensures the identity providers that Microsoft Defender for Cloud signs in through.",
        Runtime: "nodejs22.x",
        Handler: "index.handler",
        Role: { "Fn::GetAtt": [FUNCTION_ROLE, "Arn"] },
        Timeout: 120,
        MemorySize: 256,
        LoggingConfig: { LogGroup: { Ref: FUNCTION_LOG } },
        Code: { ZipFile: functionCode() },
      },
    },
  };
}

/** The compiled function without comments and indentation: an inline template is limited to 51,200 bytes. */
function functionCode(): string {
  return readFileSync(join(__dirname, "ensure-identity-provider", "index.js"), "utf8")
    .replaceAll(/^ *\/(?:\/|\*\*).*\n?/gm, "")
    .replaceAll(/^ +/gm, "")
    .replaceAll(/([{(,;])\n/g, "$1");
}

function policy(statements: readonly object[]): object {
  return { Version: "2012-10-17", Statement: statements };
}
