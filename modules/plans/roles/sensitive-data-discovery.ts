import { ROLE_NAME } from "../../inputs";
import { AUDIENCES, trustedByMicrosoft } from "../identity-providers";
import type { RoleDefinition } from "../role";

export const sensitiveDataDiscovery: RoleDefinition = {
  key: "sensitiveDataDiscovery",
  description: "Reads S3 objects to find sensitive data, including objects encrypted with KMS keys.",
  defaultName: () => "SensitiveDataDiscovery",
  formerNames: [],
  nameFormat: ROLE_NAME,
  portalParameter: "SensitiveDataDiscoveryRoleName",
  ...trustedByMicrosoft(AUDIENCES.sensitiveData),
  permissions: () => ({
    awsManagedPolicies: ["AmazonS3ReadOnlyAccess"],
    policies: [
      {
        name: "AzureSecurityCenter_SensitiveDataDiscovery",
        statements: [
          {
            Effect: "Allow",
            Action: ["kms:Decrypt"],
            Resource: ["*"],
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
      risk: "kms:Decrypt on every key, for data outside S3, too.",
      remedy: "Allow it only through S3, where this role reads.",
      statements: () => [
        {
          Sid: "DecryptThroughS3Only",
          Effect: "Deny",
          Action: ["kms:Decrypt"],
          Resource: ["*"],
          Condition: { StringNotLike: { "kms:ViaService": ["s3.*.amazonaws.com"] } },
        },
      ],
    },
    {
      risk: "Reads every object of every bucket.",
      remedy: "Deny the buckets in question by name, here payroll. They are not scanned.",
      statements: (env) => [
        {
          Sid: "KeepOutOfBuckets",
          Effect: "Deny",
          Action: ["s3:GetObject", "s3:GetObjectVersion"],
          Resource: [`arn:${env.partition}:s3:::payroll/*`],
        },
      ],
    },
  ],
  notes: ["The permissions page names Defender for Storage as well; the connector has no storage offering for AWS."],
};
