import { ROLE_NAME } from "../../inputs";
import { AUDIENCES, trustedByMicrosoft } from "../identity-providers";
import type { RoleDefinition } from "../role";

export const arcAutoProvisioning: RoleDefinition = {
  key: "arcAutoProvisioning",
  description: "Installs the Azure Arc agent on EC2 instances by sending Systems Manager run commands.",
  defaultName: () => "DefenderForCloud-ArcAutoProvisioning",
  formerNames: [],
  nameFormat: ROLE_NAME,
  portalParameter: "ArcAutoProvisioningRoleName",
  ...trustedByMicrosoft(AUDIENCES.servers),
  permissions: (_level, env) => ({
    awsManagedPolicies: [],
    policies: [
      {
        name: "DefenderForCloud_ArcAutoProvisioning",
        statements: [
          {
            Sid: "RunInstallationCommands",
            Effect: "Allow",
            Action: ["ssm:SendCommand"],
            Resource: [
              `arn:${env.partition}:ssm:*::document/AWS-RunPowerShellScript`,
              `arn:${env.partition}:ssm:*::document/AWS-RunShellScript`,
              `arn:${env.partition}:ec2:*:${env.accountId}:instance/*`,
            ],
          },
          {
            Sid: "CheckInstallationCommandStatus",
            Effect: "Allow",
            Action: ["ssm:CancelCommand", "ssm:DescribeInstanceInformation", "ssm:GetCommandInvocation"],
            Resource: ["*"],
          },
        ],
      },
    ],
  }),
  evidence: {
    name: "two or more sources",
    trust: "one source",
    audience: "two or more sources",
    default: "two or more sources",
    leastPrivilege: "one source",
    resources: "one source",
  },
  sources: ["TF24", "TF23", "PERM25", "PERM24", "GCP"],
  risks: [
    {
      risk: "ssm:SendCommand with AWS's run-command documents on every instance: any command, as root, on every instance that Systems Manager manages.",
      remedy: "Name the instances by a tag. Instances without it get no Arc agent from Defender.",
      statements: (env) => [
        {
          Sid: "CommandsOnTaggedInstancesOnly",
          Effect: "Deny",
          Action: ["ssm:SendCommand"],
          Resource: [`arn:${env.partition}:ec2:*:${env.accountId}:instance/*`],
          Condition: { StringNotEquals: { "aws:ResourceTag/defender-for-cloud-arc": ["install"] } },
        },
      ],
    },
  ],
  notes: [
    "Always comes with arcHostManagement and the Systems Manager automation.",
    "ssm:SendCommand rests on one source: the permissions page leaves it out, and counts nine actions of arcHostManagement here.",
  ],
};
