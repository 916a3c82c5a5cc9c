import { ACCESS_LEVELS, identityProviderArn, identityProviderUrl, ROLE_CATALOGUE } from "../../modules/plans";
import { AUDIENCES, audiencesOf, MICROSOFT_TENANT_ID, ROLE_KEYS, resolvePlans } from "../../modules";
import { POLICY_LIMITS } from "../../modules/iam";
import { ENVIRONMENT, EXTERNAL_ID, roleOf, rolesFor } from "../support/account-environment";
import { CIEM, SELECTIONS } from "../support/plan-selections";
import { evaluateAssumeRoleTrust, evaluateWebIdentityTrust } from "../support/policy-evaluator";
import type { AssumeRoleOptions, Caller, WebIdentity } from "../support/policy-evaluator";

const everything = SELECTIONS["all together"] ?? {};
const { roles } = rolesFor(everything, "leastPrivilege");
const provider = {
  arn: identityProviderArn(ENVIRONMENT, MICROSOFT_TENANT_ID),
  clientIds: audiencesOf(resolvePlans(everything)),
};
const SESSION = `MicrosoftDefenderForClouds_${ENVIRONMENT.entraTenantId}`;
const OTHER_TENANT = "deadbeef-0000-4000-8000-000000000000";

const webIdentityRoles = ROLE_KEYS.flatMap((key) => {
  const { audience } = ROLE_CATALOGUE[key];
  return audience === undefined ? [] : [[key, audience] as const];
});

describe.each(webIdentityRoles)("the trust of %s", (key, audience) => {
  const trust = roleOf(roles, key).trust;
  const token: WebIdentity = { issuer: identityProviderUrl(MICROSOFT_TENANT_ID), audience, sessionName: SESSION };
  const decision = (changes: Partial<WebIdentity>) =>
    evaluateWebIdentityTrust(trust, { ...token, ...changes }, provider).decision;

  test("accepts Microsoft's token for its audience and the customer's tenant", () => {
    expect(decision({})).toBe("allowed");
  });

  test("refuses every other audience of Microsoft", () => {
    for (const other of Object.values(AUDIENCES).filter((value) => value !== audience)) {
      expect(decision({ audience: other })).toBe("implicitlyDenied");
    }
  });

  test("refuses a session of another tenant", () => {
    expect(decision({ sessionName: `MicrosoftDefenderForClouds_${OTHER_TENANT}` })).toBe("implicitlyDenied");
  });

  test("refuses Sentinel's session name", () => {
    expect(decision({ sessionName: `MicrosoftSentinel_${ENVIRONMENT.entraTenantId}` })).toBe("implicitlyDenied");
  });

  test("refuses a token without session name", () => {
    expect(evaluateWebIdentityTrust(trust, { issuer: token.issuer, audience }, provider).decision).toBe(
      "implicitlyDenied",
    );
  });

  test("refuses a token of another issuer", () => {
    expect(decision({ issuer: identityProviderUrl(OTHER_TENANT) })).toBe("implicitlyDenied");
    expect(decision({ issuer: token.issuer.slice(0, -1) })).toBe("implicitlyDenied");
  });

  test("refuses the token where the identity provider does not list the audience", () => {
    const without = { ...provider, clientIds: provider.clientIds.filter((id) => id !== audience) };
    expect(evaluateWebIdentityTrust(trust, token, without).decision).toBe("implicitlyDenied");
  });
});

const account = ENVIRONMENT.accountId;
const LOG_READER = "arn:aws:iam::197857026523:user/azuredefender-eks";
const CIEM_ENTRY = `arn:aws:iam::${account}:role/DefenderForCloud-OidcCiem`;

/** Who may call AssumeRole, with which context; and requests that differ in one thing. */
const assumable: readonly {
  role: string;
  who: string;
  principal: Caller;
  with: AssumeRoleOptions;
  refused: Readonly<Record<string, { principal?: Caller; with?: AssumeRoleOptions }>>;
}[] = [
  {
    role: "containersDataCollection",
    who: "Microsoft's log reader with the external id",
    principal: { aws: LOG_READER },
    with: { externalId: EXTERNAL_ID },
    refused: {
      "another external id": { with: { externalId: "00d04923-b008-48fd-bc0e-faa7dfd0549e" } },
      "no external id": { with: {} },
      "another user of that account": { principal: { aws: "arn:aws:iam::197857026523:user/other" } },
      "another account": { principal: { aws: "arn:aws:iam::999999999999:user/azuredefender-eks" } },
    },
  },
  {
    role: "containersCloudWatchToKinesis",
    who: "CloudWatch Logs for a log group of the account",
    principal: { service: "logs.amazonaws.com" },
    with: { sourceAccount: account, sourceArn: `arn:aws:logs:eu-central-1:${account}:log-group:/aws/eks/a/cluster:*` },
    refused: {
      "a log group of another account": {
        with: { sourceAccount: "999999999999", sourceArn: "arn:aws:logs:eu-central-1:999999999999:log-group:x:*" },
      },
      "no source": { with: {} },
      "another service": { principal: { service: "firehose.amazonaws.com" } },
    },
  },
  {
    role: "containersKinesisToS3",
    who: "Firehose with the account as external id",
    principal: { service: "firehose.amazonaws.com" },
    with: { externalId: account },
    refused: {
      "another account's stream": { with: { externalId: "999999999999" } },
      "no external id": { with: {} },
      "a source in another account": {
        with: { externalId: account, sourceArn: "arn:aws:firehose:eu-central-1:999999999999:deliverystream/x" },
      },
      "another service": { principal: { service: "logs.amazonaws.com" } },
    },
  },
  {
    role: "arcHostManagement",
    who: "Systems Manager for an automation of the account",
    principal: { service: "ssm.amazonaws.com" },
    with: { sourceAccount: account, sourceArn: `arn:aws:ssm:eu-central-1:${account}:automation-execution/1` },
    refused: {
      "an automation of another account": {
        with: {
          sourceAccount: "999999999999",
          sourceArn: "arn:aws:ssm:eu-central-1:999999999999:automation-execution/1",
        },
      },
      "something else than an automation": {
        with: { sourceAccount: account, sourceArn: `arn:aws:ssm:eu-central-1:${account}:managed-instance/mi-1` },
      },
      "another service": { principal: { service: "ec2.amazonaws.com" } },
    },
  },
  {
    role: "ciemDiscovery",
    who: "the CIEM entry role",
    principal: { aws: CIEM_ENTRY },
    with: {},
    refused: {
      "another role of the account": { principal: { aws: `arn:aws:iam::${account}:role/Admin` } },
      "the same role of another account": { principal: { aws: CIEM_ENTRY.replace(account, "999999999999") } },
    },
  },
];

describe.each(assumable)("the trust of $role", ({ role, who, principal, with: context, refused }) => {
  const { trust } = roleOf(roles, role);

  test(`accepts ${who}`, () => {
    expect(evaluateAssumeRoleTrust(trust, principal, context).decision).toBe("allowed");
  });

  test.each(Object.entries(refused))("refuses %s", (_what, change) => {
    const outcome = evaluateAssumeRoleTrust(trust, change.principal ?? principal, change.with ?? context);
    expect(outcome.decision).toBe("implicitlyDenied");
  });
});

describe("the trust of ciemOidc", () => {
  const { trust } = roleOf(roles, "ciemOidc");
  const own = { arn: identityProviderArn(ENVIRONMENT, ENVIRONMENT.entraTenantId), clientIds: [AUDIENCES.ciem] };
  const token: WebIdentity = {
    issuer: identityProviderUrl(ENVIRONMENT.entraTenantId),
    audience: AUDIENCES.ciem,
    subject: CIEM.applicationSubject,
    sessionName: "anything",
  };

  test("accepts the application of the customer's tenant", () => {
    expect(evaluateWebIdentityTrust(trust, token, own).decision).toBe("allowed");
  });

  test("refuses another application of that tenant", () => {
    expect(evaluateWebIdentityTrust(trust, { ...token, subject: OTHER_TENANT }, own).decision).toBe("implicitlyDenied");
  });

  test("refuses a token of the Microsoft tenant", () => {
    const microsoft = { ...token, issuer: identityProviderUrl(MICROSOFT_TENANT_ID) };
    expect(evaluateWebIdentityTrust(trust, microsoft, provider).decision).toBe("implicitlyDenied");
  });
});

describe("every trust", () => {
  test("is covered by a test above", () => {
    const tested = new Set([
      ...webIdentityRoles.map(([key]) => key as string),
      ...assumable.map(({ role }) => role),
      "ciemOidc",
      // Its trust is the customer's input.
      "dataThreatProtectionDb",
    ]);
    expect(roles.map(({ key }) => key).filter((key) => !tested.has(key))).toEqual([]);
  });

  test("fits IAM's limit of 2048 characters with names of full length, at both access levels", () => {
    const longest = Object.fromEntries(
      ROLE_KEYS.map((key, index) => [key, { name: `MDC${String(index).padStart(61, "x")}` }]),
    );
    for (const level of ACCESS_LEVELS) {
      for (const { trust } of rolesFor(everything, level, longest).roles) {
        expect(JSON.stringify(trust).length).toBeLessThan(POLICY_LIMITS.trustPolicy);
      }
    }
  });
});
