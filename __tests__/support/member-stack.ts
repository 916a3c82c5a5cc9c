import type { CloudFormationTemplate } from "../../modules/member-accounts";
import type { DefenderPlans, OrganizationOnboardingProps } from "../../modules";
import { AwsCloud, Stack, type AwsAccount } from "../../rehearsal";
import { ALL_PLANS, MANAGEMENT, only, organizationStack, REGION } from "./organization";

export const MEMBER = "222222222222";
export const EXTERNAL_ID = "99999999-8888-4777-8666-555555555555";

export const CIEM = {
  applicationName: "mciem-aws-oidc-connector",
  applicationSubject: "33333333-4444-4555-8666-777777777777",
  cloudTrailBucketName: "cloudtrail-logs",
};

/** Every plan with every feature. */
export const EVERYTHING: DefenderPlans = {
  ...ALL_PLANS,
  defenderCspm: { ciem: CIEM },
  containers: { auditLogCollection: { externalId: EXTERNAL_ID } },
  databases: {
    openSourceDatabases: {
      trustStatements: [
        {
          Effect: "Allow",
          Principal: { AWS: ["197857026523"] },
          Action: ["sts:AssumeRole"],
          Condition: { StringEquals: { "sts:ExternalId": ["of-this-customer"] } },
        },
      ],
      resources: ["*"],
    },
  },
};

// Everything at once has more bytes than CloudFormation takes inline.
export const templateBucketName = "templates";

/** What CloudFormation gets in a member: the rendered template, and its parameters. */
export function rendered(props: Partial<OrganizationOnboardingProps>) {
  const stack = organizationStack({ ...props, templateBucketName });
  const locals = Object.values(stack.locals as Record<string, unknown>).map(String);
  const body = locals.find((text) => text.startsWith("{")) ?? "";
  const { parameters } = only(stack, "aws_cloudformation_stack_set");
  const template = JSON.parse(body.replaceAll("$${", "${")) as CloudFormationTemplate;
  return { template, parameters: parameters as Record<string, string> };
}

/** A member account without a stack. */
export function member(): AwsAccount {
  return new AwsCloud({ callerAccountId: MANAGEMENT, region: REGION }).account(MEMBER);
}

/** The stack that the StackSet has in a member. */
export function stackIn(account: AwsAccount): Stack {
  return new Stack(account, "StackSet-DefenderForCloud");
}

/** What a member holds when its stack is created, without Terraform. */
export async function memberWith(props: Partial<OrganizationOnboardingProps>) {
  const account = member();
  const { template, parameters } = rendered(props);
  await stackIn(account).create(template, parameters);
  return { account, template };
}
