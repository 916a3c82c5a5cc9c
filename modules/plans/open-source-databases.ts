import { PRINCIPAL_STATEMENTS } from "../iam";
import type { PolicyStatement } from "../iam";
import { fault, InputError, isTerraformString, list, object, offOr, optional, text, withRule } from "../inputs";
import type { Fault, Format, Report } from "../inputs";
import type { AccountContext } from "./account-context";
import { AUDIENCE as AUDIENCE_KEY, checkGivenTrust, microsoftSessionName, SESSION_NAME } from "./given-trust";
import { identityProviderArn, MICROSOFT_TENANT_ID } from "./identity-providers";

/**
 * Open-source databases on RDS and Aurora. Microsoft publishes neither the trust nor the resources of the role: take
 * both from the template that the portal generates (enable-defender-for-databases-aws.md, 2026-07-03).
 */
export interface OpenSourceDatabases {
  /**
   * Trust statements of the role DefenderForCloud-DataThreatProtectionDB. An Allow names either the identity provider of
   * Microsoft's tenant, with conditions on the audience and on your tenant's session name, or identities of an AWS account,
   * with a condition on the external id. Anything else is refused, and so is a wildcard in these conditions. In each
   * account the role trusts that account's own provider.
   */
  readonly trustStatements: readonly PolicyStatement[];
  /** Resources of the role's statement: `*`, or ARNs of RDS. In each account the role gets that account's own. */
  readonly resources: readonly string[];
  /**
   * Audience that those statements name, so that the identity provider lists it.
   * @default none: no statement names the identity provider
   */
  readonly audience?: string;
}

/** No wildcard, which would admit the tokens of every application. */
const AUDIENCE: Format = {
  expected: "an audience of 1 to 255 characters, without * or ?",
  pattern: "^[^*?\\s]{1,255}$",
};

const RESOURCES =
  'expected "*" or an ARN of RDS with its account, for instance "arn:aws:rds:*:111122223333:db:*"; only the account may be a Terraform value';

/** What the user takes from the portal's template. */
export const OPEN_SOURCE_DATABASES = offOr(
  withRule(
    object<OpenSourceDatabases>()({
      trustStatements: PRINCIPAL_STATEMENTS,
      resources: list({ read: readResource, json: { type: "string", minLength: 1 } }, { least: 1 }),
      audience: optional(text(AUDIENCE)),
    }),
    ({ audience, trustStatements }, at, report) => {
      checkGivenTrust(trustStatements, audience, at, report);
    },
  ),
  "Microsoft does not publish the trust and the resources of this role: give trustStatements and resources from the portal's template, or false",
);

function readResource(value: unknown, at: string, report: Report): string {
  if (typeof value !== "string" || (value !== "*" && !/^arn:aws[a-z-]*:rds:[^:]*:[^:]+:.+$/.test(value))) {
    report.fault(at, value, RESOURCES);
  }
  return value as string;
}

/**
 * Trust and resources as they hold in an account: its own identity provider, its tenant's session name, the audience that the
 * provider lists, its own databases. So no account trusts the provider of another one, and a Terraform value in a statement
 * cannot name another tenant or open a wildcard.
 * @throws InputError where a literal names another account, partition or tenant
 */
export function inAccount(
  { trustStatements, resources, audience }: OpenSourceDatabases,
  env: Pick<AccountContext, "partition" | "accountId" | "entraTenantId">,
): Pick<OpenSourceDatabases, "trustStatements" | "resources"> {
  const faults: Fault[] = [];
  /** The expected value; where the given one is a literal that differs, a fault shows the text that contains it. */
  const own = (given: string, expected: string, at: string, what: string, shown = given): string => {
    if (given !== expected && !isTerraformString(given) && !isTerraformString(expected)) {
      faults.push(fault(`plans.databases.openSourceDatabases.${at}`, shown, `expected ${what}: ${expected}`));
    }
    return expected;
  };
  const bound = {
    trustStatements: trustStatements.map((statement, index) => {
      const { Principal, Condition } = statement;
      const at = `trustStatements[${index}]`;
      if (statement.Effect === "Allow" && Principal !== "*" && Principal?.AWS) {
        const AWS = Principal.AWS.map((given) => {
          const [arn, partition = "", ...rest] = given.split(":");
          const inPartition = () =>
            own(partition, env.partition, `${at}.Principal`, "a principal of the partition", given);
          return rest.length === 0 ? given : [arn, inPartition(), ...rest].join(":");
        });
        return { ...statement, Principal: { AWS } };
      }
      if (statement.Effect === "Deny" || Principal === "*" || !Principal?.Federated) {
        return statement;
      }
      const provider = identityProviderArn(env, MICROSOFT_TENANT_ID);
      const Federated = Principal.Federated.map((arn) =>
        own(arn, provider, `${at}.Principal`, "the identity provider of the connected account"),
      );
      const sessionName = microsoftSessionName(env.entraTenantId);
      const bind = ([key, values = []]: [string, readonly string[] | undefined]) => {
        if (key.toLowerCase() === SESSION_NAME.toLowerCase()) {
          return [
            key,
            values.map((name) => own(name, sessionName, `${at}.Condition`, "the session name of your tenant")),
          ];
        }
        return key.toLowerCase() === AUDIENCE_KEY.toLowerCase() && audience !== undefined
          ? [key, values.map((value) => own(value, audience, `${at}.Condition`, "the audience given"))]
          : [key, values];
      };
      return {
        ...statement,
        Principal: { Federated },
        Condition: Object.fromEntries(
          Object.entries(Condition ?? {}).map(([operator, keys = {}]) => [
            operator,
            Object.fromEntries(Object.entries(keys).map(bind)),
          ]),
        ),
      };
    }),
    resources: resources.map((resource, index) => {
      const [arn, partition = "", service, region, account = "", ...rest] = resource.split(":");
      if (rest.length === 0) {
        return resource;
      }
      const at = `resources[${index}]`;
      const ownPartition = own(partition, env.partition, at, "the partition", resource);
      const ownAccount =
        account === "*" ? account : own(account, env.accountId, at, "databases of the account", resource);
      return [arn, ownPartition, service, region, ownAccount, ...rest].join(":");
    }),
  };
  if (faults.length > 0) {
    throw new InputError(faults);
  }
  return bound;
}
