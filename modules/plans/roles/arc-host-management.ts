import type { Format } from "../../inputs";
import type { AccountContext } from "../account-context";
import { awsManagedPolicyArn } from "../role";
import type { RoleDefinition } from "../role";
import { requiredSetting } from "./required-setting";

/** Instance role and profile that the automation creates at run time for instances that have none. */
export const INSTANCE_ROLE = "AmazonSSMRoleForInstancesMDCSetup";

/** Policies that let Systems Manager reach an instance (Microsoft's Terraform, 2024-02-13). */
export const INSTANCE_POLICIES = ["AmazonSSMManagedInstanceCore", "AmazonSSMPatchAssociation"] as const;

/** IAM's own rule for role names: the portal fixes this name and has no parameter for it. */
const IAM_ROLE_NAME: Format = {
  expected: "1 to 64 letters, digits or characters of +=,.@_-",
  pattern: "^[A-Za-z0-9+=,.@_-]{1,64}$",
};

export const arcHostManagement: RoleDefinition = {
  key: "arcHostManagement",
  description:
    "Automation role of Systems Manager: gives EC2 instances an instance profile through which the Arc agent is installed.",
  defaultName: (env) => `AWS-MDCSetup-HostMgmtRole-${env.region}-${arc(env).configurationId}`,
  formerNames: [],
  nameFormat: IAM_ROLE_NAME,
  trust: (env) => [
    {
      Effect: "Allow",
      Principal: { Service: ["ssm.amazonaws.com"] },
      Action: ["sts:AssumeRole"],
      Condition: {
        StringEquals: { "aws:SourceAccount": [env.accountId] },
        ArnLike: { "aws:SourceArn": [`arn:${env.partition}:ssm:*:${env.accountId}:automation-execution/*`] },
      },
    },
  ],
  permissions: (_level, env) => ({
    awsManagedPolicies: [],
    policies: [
      {
        name: "SSMHostMgmt-CreateAndAttachRoleInlinePolicy",
        statements: [
          {
            Effect: "Allow",
            Action: [
              "iam:ListRoles",
              "config:DescribeConfigurationRecorders",
              "compute-optimizer:GetEnrollmentStatus",
              "support:DescribeTrustedAdvisorChecks",
            ],
            Resource: ["*"],
          },
          {
            Effect: "Allow",
            Action: ["ssm:UpdateServiceSetting", "ssm:GetServiceSetting"],
            Resource: [
              `arn:${env.partition}:ssm:*:*:servicesetting/ssm/opsitem/ssm-patchmanager`,
              `arn:${env.partition}:ssm:*:*:servicesetting/ssm/opsitem/EC2`,
              `arn:${env.partition}:ssm:*:*:servicesetting/ssm/opsdata/ExplorerOnboarded`,
              `arn:${env.partition}:ssm:*:*:servicesetting/ssm/opsdata/Association`,
              `arn:${env.partition}:ssm:*:*:servicesetting/ssm/opsdata/ComputeOptimizer`,
              `arn:${env.partition}:ssm:*:*:servicesetting/ssm/opsdata/ConfigCompliance`,
              `arn:${env.partition}:ssm:*:*:servicesetting/ssm/opsdata/OpsData-TrustedAdvisor`,
              `arn:${env.partition}:ssm:*:*:servicesetting/ssm/opsdata/SupportCenterCase`,
            ],
          },
          {
            Effect: "Allow",
            Action: ["iam:CreateServiceLinkedRole"],
            Resource: [
              `arn:${env.partition}:iam::*:role/aws-service-role/ssm.${env.urlSuffix}/AWSServiceRoleForAmazonSSM`,
            ],
            Condition: {
              StringLike: {
                "iam:AWSServiceName": [`ssm.${env.urlSuffix}`],
              },
            },
          },
        ],
      },
      {
        name: `AWS-MDCSetup-SSMHostMgmt-CreateAndAttachRoleInlinePolicy-${env.region}-${arc(env).configurationId}`,
        statements: [
          {
            Effect: "Allow",
            Action: [
              "ssm:GetAutomationExecution",
              "ec2:DescribeIamInstanceProfileAssociations",
              "ec2:DisassociateIamInstanceProfile",
              "ec2:DescribeInstances",
              "ssm:StartAutomationExecution",
              "iam:GetInstanceProfile",
              "iam:ListInstanceProfilesForRole",
            ],
            Resource: ["*"],
          },
          {
            Effect: "Allow",
            Action: ["iam:AttachRolePolicy"],
            Resource: arc(env).attachToExistingProfiles
              ? ["*"]
              : [`arn:${env.partition}:iam::${env.accountId}:role/${INSTANCE_ROLE}`],
            Condition: {
              ArnEquals: {
                "iam:PolicyARN": INSTANCE_POLICIES.map((policy) => awsManagedPolicyArn(env, policy)),
              },
            },
          },
          {
            Effect: "Allow",
            Action: ["iam:AddRoleToInstanceProfile"],
            Resource: [`arn:${env.partition}:iam::${env.accountId}:instance-profile/${INSTANCE_ROLE}`],
          },
          {
            Effect: "Allow",
            Action: ["ec2:AssociateIamInstanceProfile"],
            Resource: ["*"],
            Condition: {
              StringEquals: {
                "ec2:NewInstanceProfile": [
                  `arn:${env.partition}:iam::${env.accountId}:instance-profile/${INSTANCE_ROLE}`,
                ],
              },
            },
          },
          {
            Effect: "Allow",
            Action: ["iam:CreateInstanceProfile"],
            Resource: [`arn:${env.partition}:iam::${env.accountId}:instance-profile/${INSTANCE_ROLE}`],
          },
          {
            Effect: "Allow",
            Action: ["iam:GetRole"],
            Resource: [
              `arn:${env.partition}:iam::${env.accountId}:role/${INSTANCE_ROLE}`,
              env.roleArn("arcHostManagement"),
            ],
          },
          {
            Effect: "Allow",
            Action: ["iam:PassRole"],
            Resource: [`arn:${env.partition}:iam::${env.accountId}:role/${INSTANCE_ROLE}`],
            Condition: {
              StringEquals: {
                "iam:PassedToService": [`ec2.${env.urlSuffix}`],
              },
            },
          },
          {
            Effect: "Allow",
            Action: ["iam:PassRole"],
            Resource: [env.roleArn("arcHostManagement")],
            Condition: {
              StringEquals: {
                "iam:PassedToService": [`ssm.${env.urlSuffix}`],
              },
            },
          },
          {
            Effect: "Allow",
            Action: ["iam:CreateRole"],
            Resource: [`arn:${env.partition}:iam::${env.accountId}:role/${INSTANCE_ROLE}`],
          },
        ],
      },
    ],
  }),
  evidence: {
    name: "one source",
    trust: "one source",
    default: "one source",
    leastPrivilege: "one source",
    resources: "one source",
  },
  sources: ["TF24", "TF23", "PERM25", "PERM24", "AWSDOC"],
  risks: [
    {
      risk: "iam:AttachRolePolicy covers every role of the account, but only AWS's two Systems Manager policies.",
      remedy:
        "Set arcAutomation.attachToExistingProfiles to false: the action is then limited to Defender's own instance role, which replaces the profile of no instance.",
    },
    {
      risk: "ssm:StartAutomationExecution starts every automation document of the account. What a document does is limited by the roles that this one may pass: its own and the instance role.",
      remedy: "None is known to work: AWS's own document that attaches the profile starts further ones.",
    },
  ],
  notes: [
    "iam:AttachRolePolicy (inferred): Microsoft's Terraform misspells the action; the automation document calls AttachRolePolicy. Nine other actions are on the permissions page, too.",
    "The conditions on aws:SourceAccount and aws:SourceArn are this project's hardening, in the form that Systems Manager documents; Microsoft's Terraform has none.",
    "The name contains the region because the automation is regional; IAM itself is global, so one role serves every selected region.",
    "The name is limited to 64 characters, which leaves 23 for the configuration id in a region with a long name.",
  ],
};

function arc(env: Pick<AccountContext, "settings">): NonNullable<AccountContext["settings"]["arc"]> {
  return requiredSetting(env.settings.arc, "arc");
}
