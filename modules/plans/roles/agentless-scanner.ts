import { ROLE_NAME } from "../../inputs";
import { AUDIENCES, trustedByMicrosoft } from "../identity-providers";
import { denyOnTagged } from "../role";
import type { RoleDefinition } from "../role";

export const agentlessScanner: RoleDefinition = {
  key: "agentlessScanner",
  description:
    "Agentless machine scanning: takes, tags, copies, shares and deletes EBS snapshots and manages one KMS key for encrypted disks.",
  defaultName: () => "DefenderForCloud-AgentlessScanner",
  formerNames: [],
  nameFormat: ROLE_NAME,
  portalParameter: "DefenderForServersVmScannerRoleName",
  ...trustedByMicrosoft(AUDIENCES.vmScanner),
  permissions: (_level, env) => ({
    awsManagedPolicies: [],
    policies: [
      {
        name: "AzureSecurityCenter_DefenderForServers_VmScanner",
        statements: [
          {
            Sid: "VmScannerDeleteSnapshotAccess",
            Effect: "Allow",
            Action: ["ec2:DeleteSnapshot"],
            Resource: [`arn:${env.partition}:ec2:*::snapshot/*`],
            Condition: {
              StringEquals: {
                "ec2:ResourceTag/CreatedBy": ["Microsoft Defender for Cloud"],
              },
            },
          },
          {
            Sid: "VmScannerAccess",
            Effect: "Allow",
            Action: [
              "ec2:ModifySnapshotAttribute",
              "ec2:DeleteTags",
              "ec2:CreateTags",
              "ec2:CreateSnapshots",
              "ec2:CopySnapshot",
              "ec2:CreateSnapshot",
            ],
            Resource: [
              `arn:${env.partition}:ec2:*:*:instance/*`,
              `arn:${env.partition}:ec2:*::snapshot/*`,
              `arn:${env.partition}:ec2:*:*:volume/*`,
            ],
          },
          {
            Sid: "VmScannerVerificationAccess",
            Effect: "Allow",
            Action: ["ec2:DescribeSnapshots", "ec2:DescribeInstanceStatus"],
            Resource: ["*"],
          },
          {
            Sid: "VmScannerEncryptionKeyCreation",
            Effect: "Allow",
            Action: ["kms:CreateKey", "kms:ListKeys"],
            Resource: ["*"],
          },
          {
            Sid: "VmScannerEncryptionKeyManagement",
            Effect: "Allow",
            Action: [
              "kms:TagResource",
              "kms:GetKeyRotationStatus",
              "kms:PutKeyPolicy",
              "kms:GetKeyPolicy",
              "kms:CreateAlias",
              "kms:ListResourceTags",
            ],
            Resource: [
              `arn:${env.partition}:kms:*:${env.accountId}:key/*`,
              `arn:${env.partition}:kms:*:${env.accountId}:alias/DefenderForCloudKey`,
            ],
          },
          {
            Sid: "VmScannerEncryptionKeyUsage",
            Effect: "Allow",
            Action: [
              "kms:GenerateDataKeyWithoutPlaintext",
              "kms:DescribeKey",
              "kms:RetireGrant",
              "kms:CreateGrant",
              "kms:ReEncryptFrom",
            ],
            Resource: [`arn:${env.partition}:kms:*:${env.accountId}:key/*`],
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
    resources: "two or more sources",
  },
  sources: ["TF24", "TF23", "PERM25", "PERM24", "AGENTLESS"],
  risks: [
    {
      risk: "kms:PutKeyPolicy and kms:CreateGrant cover every KMS key whose policy leaves access to IAM, not only Defender's own key: its data could be opened to anyone.",
      remedy:
        "Tag the keys in question. Disks encrypted with them are no longer scanned. The denial covers kms:TagResource, too, by which the tag could be overwritten.",
      statements: (env) => [
        denyOnTagged(
          "KeepOutOfKeys",
          ["kms:PutKeyPolicy", "kms:CreateGrant", "kms:TagResource", "kms:ReEncryptFrom"],
          [`arn:${env.partition}:kms:*:${env.accountId}:key/*`],
        ),
      ],
    },
    {
      risk: "ec2:ModifySnapshotAttribute covers every snapshot, not only those of Defender: an unencrypted one could be shared with any account. ec2:DeleteTags removes tags that other policies rest on.",
      remedy: "Tag the snapshots, volumes and instances in question. They are no longer scanned.",
      statements: (env) => [
        denyOnTagged(
          "KeepOutOfMachines",
          [
            "ec2:ModifySnapshotAttribute",
            "ec2:CreateTags",
            "ec2:DeleteTags",
            "ec2:CreateSnapshot",
            "ec2:CreateSnapshots",
          ],
          [
            `arn:${env.partition}:ec2:*::snapshot/*`,
            `arn:${env.partition}:ec2:*:*:volume/*`,
            `arn:${env.partition}:ec2:*:*:instance/*`,
          ],
        ),
      ],
    },
  ],
  notes: [
    "Defender creates the KMS key and alias/DefenderForCloudKey itself when it first scans an encrypted disk.",
    "The page on agentless scanning prints ec2:CopySnapshots and leaves out kms:ListKeys; the IAM action is ec2:CopySnapshot.",
  ],
};
