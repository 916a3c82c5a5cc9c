import { flag, object, oneOf, optional, withDefault, withRule } from "../inputs";
import type { Read, Report, Schema } from "../inputs";
import { AGENTLESS_MACHINE_SCANNING, scanningConsequences, vmScanners } from "./agentless-machine-scanning";
import type { AgentlessMachineScanning } from "./agentless-machine-scanning";
import { ARC_AUTO_PROVISIONING, arcConsequences, arcField } from "./arc-auto-provisioning";
import type { ArcAutoProvisioning } from "./arc-auto-provisioning";
import type { PlanDefinition } from "./plan";
import { agentlessScanner } from "./roles/agentless-scanner";
import { arcAutoProvisioning } from "./roles/arc-auto-provisioning";
import { arcHostManagement } from "./roles/arc-host-management";
import { defenderForServers } from "./roles/defender-for-servers";

/** Defender for Servers. Just-in-time access is part of it. */
export interface ServersPlan {
  /** Sub-plan: sets the price and what is included. `P2` includes agentless machine scanning. */
  readonly subPlan: "P1" | "P2";
  /**
   * Installs the Azure Arc agent.
   * @default true
   */
  readonly arcAutoProvisioning?: boolean | ArcAutoProvisioning;
  /**
   * Rolls out Defender for Endpoint.
   * @default true
   */
  readonly defenderForEndpoint?: boolean;
  /**
   * Rolls out vulnerability assessment, with the engine named: Defender Vulnerability Management or Qualys.
   * @default "TVM"
   */
  readonly vulnerabilityAssessment?: false | "TVM" | "Qualys";
  /**
   * Scans machines from snapshots; only with sub-plan P2.
   * @default true with P2, false with P1
   */
  readonly agentlessMachineScanning?: boolean | AgentlessMachineScanning;
}

const GIVEN = object<ServersPlan>()({
  subPlan: oneOf(["P1", "P2"]),
  arcAutoProvisioning: withDefault(ARC_AUTO_PROVISIONING, true),
  defenderForEndpoint: withDefault(flag(), true),
  vulnerabilityAssessment: withDefault(oneOf([false, "TVM", "Qualys"]), "TVM"),
  agentlessMachineScanning: optional(AGENTLESS_MACHINE_SCANNING),
});

/** The default of agentless scanning follows from the sub-plan, so it is filled in here. */
const SCHEMA: Schema<ReturnType<typeof withScanning>> = {
  ...GIVEN,
  read: (value, at, report) => withScanning(withRule(GIVEN, scanningNeedsP2).read(value, at, report)),
};

function withScanning(plan: Read<typeof GIVEN>) {
  return {
    ...plan,
    agentlessMachineScanning: plan.agentlessMachineScanning ?? (plan.subPlan === "P2" ? {} : false),
  } as const;
}

function scanningNeedsP2(plan: Read<typeof GIVEN>, at: string, report: Report, given: unknown): void {
  if (plan.agentlessMachineScanning && plan.subPlan === "P1") {
    report.fault(
      `${at}.agentlessMachineScanning`,
      (given as ServersPlan).agentlessMachineScanning,
      `it needs sub-plan P2: set ${at}.subPlan to "P2" or leave it out`,
    );
  }
}

/** Defender for Servers. */
export const SERVERS: PlanDefinition<Read<typeof SCHEMA>> = {
  offeringType: "DefenderForServersAws",
  schema: SCHEMA,
  roleUses: [
    { role: defenderForServers, field: "defenderForServers" },
    { role: arcAutoProvisioning, feature: "arcAutoProvisioning", field: "arcAutoProvisioning" },
    { role: arcHostManagement, feature: "arcAutoProvisioning" },
    { role: agentlessScanner, feature: "agentlessMachineScanning", field: "vmScanners" },
  ],
  consequences: [
    { kind: "billing", text: "Azure bills each running server, by the hour; `P2` costs more than `P1`." },
    ...arcConsequences("arcAutoProvisioning" as const),
    {
      kind: "change",
      feature: "defenderForEndpoint",
      text: "Defender for Endpoint is rolled out to the Arc machines.",
    },
    {
      kind: "change",
      feature: "vulnerabilityAssessment",
      text: "Vulnerability assessment is rolled out to the Arc machines.",
    },
    {
      kind: "change",
      text: "Just-in-time access may change security groups of EC2 instances.",
    },
    ...scanningConsequences("agentlessMachineScanning" as const),
  ],
  offering: (plan, fields) => ({
    defenderForServers: fields.role("defenderForServers"),
    arcAutoProvisioning: arcField(plan.arcAutoProvisioning, fields),
    vaAutoProvisioning: {
      enabled: plan.vulnerabilityAssessment !== false,
      ...(plan.vulnerabilityAssessment ? { configuration: { type: plan.vulnerabilityAssessment } } : {}),
    },
    mdeAutoProvisioning: { enabled: plan.defenderForEndpoint, configuration: {} },
    // An object, not a string.
    subPlan: { type: plan.subPlan },
    vmScanners: vmScanners(plan.agentlessMachineScanning, fields),
  }),
};
