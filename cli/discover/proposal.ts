import type { AccountOnboardingProps } from "../../modules/onboarding";
import { proposeIdentityProvider, proposeRoles } from "./account";
import { proposePlace } from "./connector-place";
import type { AwsFacts, AzureFacts, DiscoverOptions } from "./facts";
import { proposeFanout } from "./fanout";
import { Notes } from "./notes";
import type { Remark, Unread } from "./notes";
import { remarkOrganization } from "./organization";
import { selectionOf } from "./plans";

/** What to put into the files, and why. */
export interface Proposal {
  readonly remarks: readonly Remark[];
  readonly unread: readonly Unread[];
  /** What must be done, or filled in, before the first plan. */
  readonly toDo: readonly string[];
  /** Content of the configuration file. */
  readonly configuration: Readonly<Record<string, unknown>>;
  /** Values of the variables of the examples. */
  readonly variables: Readonly<Record<string, string>>;
}

/** Proposes inputs for what was found. */
export function propose(aws: AwsFacts, azure: AzureFacts, options: DiscoverOptions): Proposal {
  const notes = new Notes();
  const plans = selectionOf(options.plans);
  if (aws.partition !== "aws") {
    notes.toDo.push(
      `Ask Microsoft whether Defender for Cloud connects accounts of partition ${aws.partition}: nothing is published about it.`,
    );
  }
  const identityProvider = proposeIdentityProvider(aws, notes);
  const roles = proposeRoles(aws, plans, notes);
  const place = proposePlace(aws, azure, options, notes);
  const fanout = proposeFanout(aws, notes);
  const targets = remarkOrganization(aws, options, notes);
  remarkCompute(aws, notes);
  const onboarding: Partial<AccountOnboardingProps> = {
    awsAccountId: aws.accountId,
    awsRegion: aws.region,
    ...(aws.partition === "aws" ? {} : { partition: aws.partition as "aws-cn" | "aws-us-gov" }),
    ...place,
    accessLevel: "leastPrivilege",
    plans,
    identityProvider,
    ...(roles === undefined ? {} : { roles }),
  };
  return {
    remarks: notes.remarks,
    unread: notes.unread,
    toDo: notes.toDo,
    configuration: {
      ...(targets === undefined
        ? { accountOnboarding: onboarding }
        : { organizationOnboarding: { ...onboarding, stackSetName: "defender-for-cloud", targets } }),
      ...(fanout === undefined ? {} : { cloudTrailFanout: fanout }),
    },
    variables: variablesOf({ ...onboarding }, fanout),
  };
}

function remarkCompute(aws: AwsFacts, notes: Notes): void {
  const regions = notes.value("enabled regions", aws.regions);
  notes.remark(
    "enabled regions",
    regions ? `${regions.length} (${regions.join(", ")})` : "unknown",
    regions ? "instances and clusters are counted in all of them" : `only ${aws.region} was looked at`,
  );
  const instances = notes.values("EC2 instances", aws.instances);
  if (instances.length > 0) {
    const count = total(instances.map(([, found]) => found.count));
    const withoutProfile = total(instances.map(([, found]) => found.withoutProfile));
    const regional = instances.flatMap(([region, found]) => (found.count > 0 ? [`${region}: ${found.count}`] : []));
    notes.remark(
      "EC2 instances",
      count === 0 ? "none" : `${count} (${regional.join(", ")}), ${withoutProfile} of them without an instance profile`,
      "plan servers bills each running one; its automation for Azure Arc attaches an instance profile where there is none",
    );
  }
  const clusters = notes.values("EKS clusters", aws.clusters);
  if (clusters.length > 0) {
    const regional = clusters.flatMap(([region, names]) =>
      names.length > 0 ? [`${region}: ${names.join(", ")}`] : [],
    );
    notes.remark("EKS clusters", regional.join("; ") || "none", "plan containers bills the cores of their nodes");
  }
}

function total(numbers: readonly number[]): number {
  return numbers.reduce((sum, one) => sum + one, 0);
}

function variablesOf(
  onboarding: Readonly<Record<string, unknown>>,
  fanout: Readonly<Record<string, unknown>> | undefined,
): Record<string, string> {
  const variables = [
    "awsAccountId",
    "awsRegion",
    "entraTenantId",
    "azureSubscriptionId",
    "resourceGroupName",
    "location",
    "connectorName",
  ];
  const snake = (name: string) => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  const queue = fanout?.sentinel as { readonly queueName: string } | undefined;
  return {
    ...Object.fromEntries(
      variables.flatMap((name) => (typeof onboarding[name] === "string" ? [[snake(name), onboarding[name]]] : [])),
    ),
    ...(fanout && queue
      ? {
          cloudtrail_bucket_name: String(fanout.bucketName),
          sentinel_queue_name: queue.queueName,
          fanout_phase: "prepare",
        }
      : {}),
  };
}
