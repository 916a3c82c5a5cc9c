import { ROLE_NAME } from "../../inputs";
import type { AccountContext } from "../account-context";
import { inAccount } from "../open-source-databases";
import type { RoleDefinition } from "../role";
import { requiredSetting } from "./required-setting";

export const dataThreatProtectionDb: RoleDefinition = {
  key: "dataThreatProtectionDb",
  description:
    "Threat protection for open-source databases on RDS and Aurora: sets audit parameters and options, downloads database logs.",
  defaultName: () => "DefenderForCloud-DataThreatProtectionDB",
  formerNames: [],
  nameFormat: ROLE_NAME,
  portalParameter: "DataThreatProtectionDbRoleName",
  trust: (env) => given(env).trustStatements,
  permissions: (_level, env) => ({
    awsManagedPolicies: [],
    policies: [
      {
        name: "DefenderForCloud_DataThreatProtectionDB",
        statements: [
          {
            Effect: "Allow",
            Action: [
              "rds:AddTagsToResource",
              "rds:DescribeDBClusterParameters",
              "rds:CreateDBParameterGroup",
              "rds:ModifyOptionGroup",
              "rds:DescribeDBLogFiles",
              "rds:DescribeDBParameterGroups",
              "rds:CreateOptionGroup",
              "rds:ModifyDBParameterGroup",
              "rds:DownloadDBLogFilePortion",
              "rds:DescribeDBInstances",
              "rds:ModifyDBClusterParameterGroup",
              "rds:ModifyDBInstance",
              "rds:ModifyDBCluster",
              "rds:DescribeDBParameters",
              "rds:CreateDBClusterParameterGroup",
              "rds:DescribeDBClusters",
              "rds:DescribeDBClusterParameterGroups",
              "rds:DescribeOptionGroups",
            ],
            Resource: given(env).resources,
          },
        ],
      },
    ],
  }),
  evidence: {
    name: "documentation prose",
    trust: "unknown",
    audience: "inferred",
    default: "documentation prose",
    leastPrivilege: "unknown",
    resources: "unknown",
  },
  sources: ["OSSDB"],
  risks: [
    {
      risk: "rds:ModifyDBInstance and rds:ModifyDBCluster change every setting of the databases that resources name, the master password included.",
      remedy:
        "Name the protected databases, their parameter groups and option groups in resources, instead of all of them.",
    },
  ],
  notes: [
    "The template's parameter is not in public samples: its name follows the pattern of the others.",
    "Microsoft publishes the actions but neither the trust nor the resources: both are inputs, taken from the portal's template. The policy's name is this project's.",
    "Its audience is probably that of the other databases role (inferred).",
    "Generally available since 2026-06-01. Not available in il-central-1, eu-south-1, ap-southeast-3, eu-south-2 and me-south-1.",
  ],
};

function given(env: AccountContext) {
  return inAccount(requiredSetting(env.settings.openSourceDatabases, "openSourceDatabases"), env);
}
