import type { Offering } from "../../modules";
import { ACCOUNT } from "./synth";

/** ARN of a role, in the account of the tests unless another is named. */
export function roleArn(name: string, account: string = ACCOUNT.awsAccountId): string {
  return `arn:aws:iam::${account}:role/${name}`;
}

export const CSPM: Offering = {
  offeringType: "CspmMonitorAws",
  nativeCloudConnection: { cloudRoleArn: roleArn("Cspm") },
};

/** Containers with the audit log pipeline, whose reader has that external id. */
export function auditLogs(dataCollectionExternalId: string) {
  return {
    offeringType: "DefenderForContainersAws",
    kubernetesService: { cloudRoleArn: roleArn("K8s") },
    kubernetesDataCollection: { cloudRoleArn: roleArn("Reader") },
    cloudWatchToKinesis: { cloudRoleArn: roleArn("CloudWatch") },
    kinesisToS3: { cloudRoleArn: roleArn("Kinesis") },
    enableAuditLogsAutoProvisioning: true,
    enableDefenderAgentAutoProvisioning: false,
    enablePolicyAgentAutoProvisioning: false,
    kubeAuditRetentionTime: 30,
    dataCollectionExternalId,
  } as const satisfies Offering;
}
