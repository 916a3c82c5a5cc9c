import { ROLE_NAME } from "../../inputs";
import type { RoleDefinition } from "../role";
import { requiredSetting } from "./required-setting";

export const ciemDiscovery: RoleDefinition = {
  key: "ciemDiscovery",
  description: "Entitlement discovery (CIEM): reads IAM and security configuration, and CloudTrail logs in S3.",
  defaultName: () => "DefenderForCloud-Ciem",
  formerNames: [],
  nameFormat: ROLE_NAME,
  portalParameter: "CiemAccountRoleName",
  trustsRoles: ["ciemOidc"],
  trust: (env) => [{ Effect: "Allow", Principal: { AWS: [env.roleArn("ciemOidc")] }, Action: ["sts:AssumeRole"] }],
  permissions: (_level, env) => {
    const bucket = `arn:${env.partition}:s3:::${requiredSetting(env.settings.ciem, "ciem").cloudTrailBucketName}`;
    return {
      awsManagedPolicies: ["SecurityAudit"],
      policies: [
        {
          name: `mdc-ciem-cloudtrail-${env.entraTenantId}`,
          statements: [
            { Effect: "Allow", Action: ["s3:GetObject", "s3:ListBucket"], Resource: [bucket, `${bucket}/*`] },
          ],
        },
      ],
    };
  },
  evidence: {
    name: "two or more sources",
    trust: "one source",
    default: "one source",
    leastPrivilege: "one source",
    resources: "one source",
  },
  sources: ["TF24", "PERM25", "AZPS"],
  notes: [
    "Microsoft's Terraform opens every bucket (name *) by default: the bucket is an input here, and required.",
    "May have changed since CIEM was reworked in 2026: compare with a template from the portal.",
  ],
};
