import { ROLE_NAME } from "../../inputs";
import { AUDIENCES, trustedByMicrosoft } from "../identity-providers";
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
  notes: ["Shares its audience with arcAutoProvisioning: the two differ in permissions only."],
};
