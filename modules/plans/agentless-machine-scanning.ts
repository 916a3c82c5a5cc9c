import { EC2_TAGS, feature, object, optional } from "../inputs";
import type { Consequence, ConnectorFields } from "./plan";

/** Agentless machine scanning: disks are scanned from snapshots. */
export interface AgentlessMachineScanning {
  /**
   * Machines to skip: AWS tag name to tag value.
   * @default none
   */
  readonly exclusionTags?: Readonly<Record<string, string>>;
}

/** Whether machines are scanned, and which are skipped. */
export const AGENTLESS_MACHINE_SCANNING = feature(
  object<AgentlessMachineScanning>()({ exclusionTags: optional(EC2_TAGS) }),
);

/** The connector's field for it, in every offering that has it. */
export function vmScanners(scanning: false | AgentlessMachineScanning, fields: ConnectorFields) {
  return {
    ...fields.switch("vmScanners"),
    // The one mode that the API knows.
    ...(scanning ? { configuration: { scanningMode: "Default", ...scanning } } : {}),
  };
}

/** What scanning machines from snapshots costs and reads. */
export function scanningConsequences<Feature>(feature: Feature): Consequence<Feature>[] {
  return [
    {
      kind: "billing",
      feature,
      text: "AWS bills the snapshots that are taken for the scans, until Defender deletes them.",
    },
    {
      kind: "access",
      feature,
      text: "Reads whole disks: takes snapshots of the instances' volumes, also of encrypted ones, and shares them with Microsoft's scanner. `exclusionTags` leaves instances out.",
    },
  ];
}
