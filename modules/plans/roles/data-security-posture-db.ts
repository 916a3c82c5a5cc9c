import { ROLE_NAME } from "../../inputs";
import { AUDIENCES, trustedByMicrosoft } from "../identity-providers";
import type { RoleDefinition } from "../role";

export const dataSecurityPostureDb: RoleDefinition = {
  key: "dataSecurityPostureDb",
  description:
    "Data security posture of RDS: copies automated snapshots for scanning, manages its own copies and KMS keys.",
  defaultName: () => "DefenderForCloud-DataSecurityPostureDB",
  formerNames: [],
  nameFormat: ROLE_NAME,
  portalParameter: "DataSecurityPostureDbRoleName",
  ...trustedByMicrosoft(AUDIENCES.databases),
  permissions: (_level, env) => ({
    awsManagedPolicies: [],
    policies: [
      {
        name: "AzureSecurityCenter_DatabasesDspm",
        statements: [
          {
            Effect: "Allow",
            Action: [
              "rds:DescribeDBInstances",
              "rds:DescribeDBClusters",
              "rds:DescribeDBClusterSnapshots",
              "rds:DescribeDBSnapshots",
              "rds:CopyDBSnapshot",
              "rds:CopyDBClusterSnapshot",
            ],
            Resource: [
              `arn:${env.partition}:rds:*:${env.accountId}:cluster:*`,
              `arn:${env.partition}:rds:*:${env.accountId}:db:*`,
              `arn:${env.partition}:rds:*:${env.accountId}:snapshot:*`,
              `arn:${env.partition}:rds:*:${env.accountId}:cluster-snapshot:*`,
            ],
          },
          {
            Effect: "Allow",
            Action: ["rds:DescribeDBClusterParameters", "rds:DescribeDBParameters", "rds:DescribeOptionGroups"],
            Resource: [
              `arn:${env.partition}:rds:*:${env.accountId}:pg:*`,
              `arn:${env.partition}:rds:*:${env.accountId}:og:*`,
              `arn:${env.partition}:rds:*:${env.accountId}:cluster-pg:*`,
            ],
          },
          {
            Effect: "Allow",
            Action: [
              "rds:DeleteDBSnapshot",
              "rds:DeleteDBClusterSnapshot",
              "rds:ModifyDBSnapshotAttribute",
              "rds:ModifyDBClusterSnapshotAttribute",
            ],
            Resource: [
              `arn:${env.partition}:rds:*:${env.accountId}:snapshot:defenderfordatabases*`,
              `arn:${env.partition}:rds:*:${env.accountId}:cluster-snapshot:defenderfordatabases*`,
            ],
          },
          {
            Effect: "Allow",
            Action: ["kms:ListAliases"],
            Resource: ["*"],
          },
          {
            Effect: "Allow",
            Action: ["kms:CreateGrant"],
            Resource: ["*"],
            Condition: {
              StringLike: {
                "kms:ViaService": ["rds.*.amazonaws.com"],
              },
              StringEquals: {
                "kms:CallerAccount": [env.accountId],
              },
            },
          },
          {
            Effect: "Allow",
            Action: [
              "kms:CreateKey",
              "kms:TagResource",
              "kms:ListGrants",
              "kms:DescribeKey",
              "kms:PutKeyPolicy",
              "kms:Encrypt",
              "kms:CreateGrant",
              "kms:EnableKey",
              "kms:CancelKeyDeletion",
              "kms:DisableKey",
              "kms:ScheduleKeyDeletion",
              "kms:UpdateAlias",
              "kms:UpdateKeyDescription",
            ],
            Resource: ["*"],
            Condition: {
              "ForAnyValue:StringLike": {
                "aws:TagKeys": ["DefenderForDatabases*"],
              },
            },
          },
          {
            Effect: "Allow",
            Action: ["kms:CreateAlias"],
            Resource: [
              `arn:${env.partition}:kms:*:${env.accountId}:alias/DefenderForDatabases*`,
              `arn:${env.partition}:kms:*:${env.accountId}:key/*`,
            ],
          },
        ],
      },
    ],
  }),
  evidence: {
    name: "two or more sources",
    trust: "one source",
    audience: "one source",
    default: "two or more sources",
    leastPrivilege: "one source",
    resources: "one source",
  },
  sources: ["TF24", "PERM25", "PERM24", "DSPM"],
  risks: [
    {
      risk: "rds:CopyDBSnapshot and rds:CopyDBClusterSnapshot cover every snapshot, and a copy under a name of Defender's may be shared with any account.",
      remedy:
        "Deny the databases in question by name, here payments: automated snapshots are named rds:<database>-<date>. They are not scanned.",
      statements: (env) => [
        {
          Sid: "KeepOutOfDatabases",
          Effect: "Deny",
          Action: ["rds:CopyDBSnapshot", "rds:CopyDBClusterSnapshot"],
          Resource: [
            `arn:${env.partition}:rds:*:${env.accountId}:snapshot:rds:payments-*`,
            `arn:${env.partition}:rds:*:${env.accountId}:cluster-snapshot:rds:payments-*`,
          ],
        },
      ],
    },
  ],
  notes: [
    "Resources and conditions: Microsoft's Terraform; the pages describe the same in words.",
    "kms:CreateGrant is listed twice on purpose: any key through RDS, and keys tagged DefenderForDatabases.",
    "Automated backups of RDS must be on. Defender creates snapshots defenderfordatabases* and one KMS key per region itself.",
  ],
};
