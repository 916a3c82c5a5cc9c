import { ROLE_NAME } from "../../inputs";
import { AUDIENCES, trustedByMicrosoft } from "../identity-providers";
import { denyOnTagged } from "../role";
import type { RoleDefinition } from "../role";

export const defenderForServers: RoleDefinition = {
  key: "defenderForServers",
  description: "Just-in-time network access: reads and changes security groups of EC2 instances.",
  defaultName: () => "DefenderForCloud-DefenderForServers",
  formerNames: [],
  nameFormat: ROLE_NAME,
  portalParameter: "DefenderForServersRoleName",
  ...trustedByMicrosoft(AUDIENCES.servers),
  permissions: () => ({
    awsManagedPolicies: [],
    policies: [
      {
        name: "MicrosoftDefenderForCloud_DefenderForServers",
        statements: [
          {
            Sid: "JitNetworkAccess",
            Effect: "Allow",
            Action: [
              "ec2:RevokeSecurityGroupIngress",
              "ec2:AuthorizeSecurityGroupIngress",
              "ec2:DescribeInstances",
              "ec2:DescribeSecurityGroupRules",
              "ec2:DescribeVpcs",
              "ec2:CreateSecurityGroup",
              "ec2:DeleteSecurityGroup",
              "ec2:ModifyNetworkInterfaceAttribute",
              "ec2:ModifySecurityGroupRules",
              "ec2:ModifyInstanceAttribute",
              "ec2:DescribeSubnets",
              "ec2:DescribeSecurityGroups",
            ],
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
      risk: "ec2:ModifyInstanceAttribute covers every attribute of every instance, user data included, which runs as root at a start; the actions on security groups cover all of them.",
      remedy:
        "Tag the instances, security groups and network interfaces in question. Just-in-time access does not work on them.",
      statements: () => [
        denyOnTagged(
          "KeepOutOfMachines",
          [
            "ec2:ModifyInstanceAttribute",
            "ec2:ModifyNetworkInterfaceAttribute",
            "ec2:AuthorizeSecurityGroupIngress",
            "ec2:RevokeSecurityGroupIngress",
            "ec2:ModifySecurityGroupRules",
            "ec2:DeleteSecurityGroup",
          ],
          ["*"],
        ),
      ],
    },
  ],
  notes: ["Shares its audience with arcAutoProvisioning: the two differ in permissions only."],
};
