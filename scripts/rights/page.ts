import { AWS_PARTS } from "./aws-types";
import type { AwsPart } from "./aws-types";
import { AZURE_PARTS } from "./azure-types";
import { awsFiles } from "./policies";

/** docs/rights.md. */
export function rightsPage(): string {
  return `# Rights

<!-- Written by scripts/rights.ts from the tables in scripts/rights. Do not edit. -->

The rights that you need, as files to copy from the folder [rights](../rights). What Defender for Cloud itself may do in the
account is on another page: [permissions](permissions.md).

## Fill in the placeholders

A file names your objects as narrowly as their names allow. The placeholders in angle brackets are values of your account.

| Placeholder         | Value                                                                      |
| ------------------- | -------------------------------------------------------------------------- |
| \`<account>\`         | the AWS account, 12 digits                                                 |
| \`<region>\`          | \`awsRegion\`; with several Arc regions, repeat the ARNs for each            |
| \`<tenant>\`          | \`entraTenantId\`; only CIEM needs it                                        |
| \`<stack-set>\`       | \`stackSetName\`                                                             |
| \`<stack>\`           | \`stackName\` of the portal's template, by default \`defender-for-cloud\`      |
| \`<template-bucket>\` | \`templateBucketName\`; remove the statements if you do not use it            |
| \`<bucket>\`          | the bucket to which CloudTrail delivers                                    |
| \`<topic>\`           | \`topicName\`, by default \`cloudtrail-fanout\`                                |
| \`<sentinel-queue>\`  | Sentinel's queue                                                           |
| \`<member-role>\`     | the role that \`check --member-role\` assumes in the members                 |
| \`<subscription>\`    | \`azureSubscriptionId\`                                                      |

\`\`\`sh
for part in 1 2; do
  sed -e 's/<account>/111122223333/g' -e 's/<region>/eu-central-1/g' -e 's/<tenant>/11111111-2222-4333-8444-555555555555/g' \\
    rights/aws-account-onboarding-$part.json > deployer-$part.json
  aws iam create-policy --policy-name DefenderForCloudDeployer-$part --policy-document file://deployer-$part.json
done
\`\`\`

If you name roles, paths or the Arc automation's configuration yourself (\`roles\`, \`arcAutomation\`), write your names in place
of the catalogue's. Add to the condition of \`iam:AttachRolePolicy\` what you give as \`additionalManagedPolicyArns\`.

Who may write the trust and the policies of a role can give itself what these policies allow: treat the deployer as an
administrator, or set a permissions boundary (\`roles.all.permissionsBoundaryArn\`) and require it with the condition
\`iam:PermissionsBoundary\`.

## AWS

${table(
  ["File", "Who deploys"],
  AWS_PARTS.map((part) => [links(part), part.purpose]),
)}

\`discover\` and \`check\` of the [command line tool](command-line.md) only read: give them to whoever runs them, for instance to a
nightly pipeline.

Member accounts need no rights of yours: CloudFormation StackSets with service-managed permissions use their own role there.
Guardrails of the organization may still deny these actions: see [guardrails](guardrails.md).

## Azure

Microsoft documents built-in roles, on the subscription:

| for                                                           | role                                              |
| ------------------------------------------------------------- | ------------------------------------------------- |
| the connector                                                 | Security Admin and Reader, or Contributor         |
| a resource group that is created here (\`createResourceGroup\`) | Contributor: Security Admin may not create groups |
| registering the resource provider, once                       | Security Admin, Contributor                       |
| Arc auto-provisioning, and all features of Defender CSPM      | Owner                                             |

The files are custom roles with the operations that Terraform itself calls. The service may ask for more when it sets up a
plan: Arc auto-provisioning and all features of Defender CSPM need Owner.

${table(
  ["File", "For"],
  AZURE_PARTS.map(({ name, purpose }) => [link(name), purpose]),
)}

\`\`\`sh
sed -e 's/<subscription>/00000000-0000-4000-8000-000000000001/g' rights/azure-connector.json > role.json
az role definition create --role-definition role.json
\`\`\`

## Which resource needs which action

${AWS_PARTS.map(actionsOf).join("\n\n")}

### Azure

${table(
  ["Type", "Actions"],
  AZURE_PARTS.flatMap(({ types }) => Object.entries(types).map(([type, actions]) => [code(type), list(actions)])),
)}
`;
}

function actionsOf({ name, types }: AwsPart): string {
  const rows = Object.entries(types).map(([type, grants]) => [
    code(type),
    list([...new Set(Object.values(grants).flat())].sort()) || "none",
  ]);
  return `### ${name}\n\n${table(["Type", "Actions"], rows)}`;
}

function links(part: AwsPart): string {
  return awsFiles(part)
    .map(({ name }) => link(name))
    .join(", ");
}

function link(name: string): string {
  return `[${name}.json](../rights/${name}.json)`;
}

function list(actions: readonly string[]): string {
  return actions.map(code).join(", ");
}

function code(text: string): string {
  return `\`${text}\``;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}
