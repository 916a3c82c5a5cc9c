/**
 * The public sources behind the catalogue. Every role names the ones it rests on. State of the whole catalogue:
 * {@link CATALOGUE_DATE}. The template that the Azure portal generates is the authority where it differs.
 */
export const SOURCES = {
  TF24: "Azure/Microsoft-Defender-for-Cloud@20917cec, MultiCloud/AWS/AwsOnboarding.tf and variables.tf (2024-02-13)",
  TF23: "Azure/Microsoft-Defender-for-Cloud@7ddeab4c, MultiCloud/AWS/AwsOnboarding.tf and variables.tf (2023-04-18)",
  SHOT24: "Azure/Microsoft-Defender-for-Cloud@1817a1c0, screenshot of the generated template (2024-10-17)",
  SHOT23: "Azure/Microsoft-Defender-for-Cloud@ac89f375, screenshot of the generated template (2023-11-10)",
  PERM25: "MicrosoftDocs/defender-docs@271a94af, permissions.md (2025-03-10)",
  PERM24: "Microsoft Learn, User roles and permissions, Defender for Cloud (2024-07-11)",
  CPERM: "MicrosoftDocs/defender-docs@89876c22, containers-permissions.md (2025-03-06)",
  CNET: "Microsoft Learn, defender-for-containers-network-access (2026-04-16)",
  OFFBOARD: "Microsoft Learn, Offboarding Microsoft Defender for Containers resources (2024-05-07 and later)",
  AGENTLESS: "MicrosoftDocs/defender-docs@2903cc6c, concept-agentless-data-collection.md (2026-04-19)",
  DSPM: "MicrosoftDocs/defender-docs@271a94af, concept-data-security-posture-prepare.md (2026-04-20)",
  OSSDB: "MicrosoftDocs/defender-docs@2903cc6c, enable-defender-for-databases-aws.md (2026-07-03)",
  QS26: "MicrosoftDocs/defender-docs@7feb110d, quickstart-onboard-aws.md (2026-08-04)",
  TS: "MicrosoftDocs/defender-docs@e09da2a5, troubleshoot-connectors.md (2026-01-06)",
  AUTH: "MicrosoftDocs/defender-docs@8f816566, concept-authentication-architecture-aws.md (2025-11-02)",
  CIEM26: "MicrosoftDocs/defender-docs@3dbbf426, enable-permissions-management.md (2026-06-02)",
  SENTCONN: "MicrosoftDocs/defender-docs@2903cc6c, sentinel-connected-aws.md (2026-07-03)",
  REST: "Azure/azure-rest-api-specs@31c65e1b, Microsoft.Security 2024-08-01-preview, securityConnectors.json",
  AZPS: "Azure/azure-powershell, Az.Security New-AzSecurityConnector help (output recorded 2024-02-22)",
  GCP: "public Google Cloud onboarding scripts for Defender for Cloud: same issuer tenant and audiences (2025)",
  SENT: "Azure/Azure-Sentinel, DataConnectors/AWS-S3, CloudFormation templates @b1882540, @ff9831bc, @9a9e5cf3",
  MODULE: "a public third-party Terraform module for the CSPM role (undated)",
  INVENTORY: "a public inventory of one AWS account (2026-04-18)",
  AWSDOC: "AWS documentation, confused deputy prevention of the service (2026)",
} as const;

/** Tag of a source in {@link SOURCES}. */
export type SourceTag = keyof typeof SOURCES;

/** The day on which the catalogue was last compared with its sources. */
export const CATALOGUE_DATE = "2026-11-21";

/** How well a fact is known. */
export type EvidenceLevel = "two or more sources" | "one source" | "documentation prose" | "inferred" | "unknown";
