import { resolve } from "node:path";
import { Standalone } from "../../examples/standalone";
import { resourcesByAddress } from "../support/addresses";
import { testsBeside } from "../support/plain-module";
import { synthesized, testApp } from "../support/test-app";
import { describeWithTerraform, stopRehearsals } from "../support/with-terraform";

const stack = synthesized(new Standalone(testApp(), "standalone"));

describe("the standalone example", () => {
  /*
   * Addresses are a public contract: state of every user hangs on them. A line that changes here destroys and creates
   * again in a user's account, unless a `moved` block comes with it.
   */
  test("has these addresses", () => {
    expect([...resourcesByAddress(stack).keys()].sort()).toEqual([
      "aws_iam_openid_connect_provider.Onboarding_IdentityProvider_90FB6AE9",
      "aws_iam_policy.Onboarding_Roles_agentlessScanner_policy_51F72178",
      "aws_iam_policy.Onboarding_Roles_arcAutoProvisioning_policy_80B69B32",
      "aws_iam_policy.Onboarding_Roles_arcHostManagement_policy-2_D7625B92",
      "aws_iam_policy.Onboarding_Roles_arcHostManagement_policy_24C58C15",
      "aws_iam_policy.Onboarding_Roles_containersAgentlessDiscovery_policy_34034B25",
      "aws_iam_policy.Onboarding_Roles_containersCloudWatchToKinesis_policy_7C45CFBD",
      "aws_iam_policy.Onboarding_Roles_containersDataCollection_policy_1509B86F",
      "aws_iam_policy.Onboarding_Roles_containersK8s_policy_E9E1BACB",
      "aws_iam_policy.Onboarding_Roles_containersKinesisToS3_policy_6FAB307D",
      "aws_iam_policy.Onboarding_Roles_cspmMonitor_policy_61C74469",
      "aws_iam_policy.Onboarding_Roles_dataSecurityPostureDb_policy_1F00B34E",
      "aws_iam_policy.Onboarding_Roles_defenderForServers_policy_E7D66C69",
      "aws_iam_policy.Onboarding_Roles_sensitiveDataDiscovery_policy_45B48298",
      "aws_iam_role.Onboarding_Roles_agentlessScanner_1DAF40AD",
      "aws_iam_role.Onboarding_Roles_arcAutoProvisioning_BD4675A6",
      "aws_iam_role.Onboarding_Roles_arcHostManagement_BC2A5ED2",
      "aws_iam_role.Onboarding_Roles_containersAgentlessDiscovery_BA043C82",
      "aws_iam_role.Onboarding_Roles_containersCloudWatchToKinesis_BF0C2D07",
      "aws_iam_role.Onboarding_Roles_containersDataCollection_F7763CBD",
      "aws_iam_role.Onboarding_Roles_containersImageAssessment_9143D72F",
      "aws_iam_role.Onboarding_Roles_containersK8s_B837CA3F",
      "aws_iam_role.Onboarding_Roles_containersKinesisToS3_971CFEA3",
      "aws_iam_role.Onboarding_Roles_cspmMonitor_D7542A7B",
      "aws_iam_role.Onboarding_Roles_dataSecurityPostureDb_6C9DB3D9",
      "aws_iam_role.Onboarding_Roles_defenderForServers_06916C06",
      "aws_iam_role.Onboarding_Roles_sensitiveDataDiscovery_B4FE87E0",
      "aws_iam_role_policy_attachment.Onboarding_Roles_agentlessScanner_policy-attachment_574ABBE9",
      "aws_iam_role_policy_attachment.Onboarding_Roles_arcAutoProvisioning_policy-attachment_B2476C86",
      "aws_iam_role_policy_attachment.Onboarding_Roles_arcHostManagement_policy-2-attachment_B5DEBCC9",
      "aws_iam_role_policy_attachment.Onboarding_Roles_arcHostManagement_policy-attachment_DC458A83",
      "aws_iam_role_policy_attachment.Onboarding_Roles_containersAgentlessDiscovery_policy-attachment_F69FE820",
      "aws_iam_role_policy_attachment.Onboarding_Roles_containersCloudWatchToKinesis_policy-attachment_73F8E196",
      "aws_iam_role_policy_attachment.Onboarding_Roles_containersDataCollection_policy-attachment_B7387488",
      "aws_iam_role_policy_attachment.Onboarding_Roles_containersImageAssessment_AmazonEC2ContainerRegistryReadOnly-attachment_F18DB635",
      "aws_iam_role_policy_attachment.Onboarding_Roles_containersImageAssessment_AmazonElasticContainerRegistryPublicReadOnly-attachment_579B1999",
      "aws_iam_role_policy_attachment.Onboarding_Roles_containersK8s_policy-attachment_ED892516",
      "aws_iam_role_policy_attachment.Onboarding_Roles_containersKinesisToS3_policy-attachment_80BB9D68",
      "aws_iam_role_policy_attachment.Onboarding_Roles_cspmMonitor_policy-attachment_0C1827DF",
      "aws_iam_role_policy_attachment.Onboarding_Roles_dataSecurityPostureDb_policy-attachment_6DA708EC",
      "aws_iam_role_policy_attachment.Onboarding_Roles_defenderForServers_policy-attachment_199C8297",
      "aws_iam_role_policy_attachment.Onboarding_Roles_sensitiveDataDiscovery_AmazonS3ReadOnlyAccess-attachment_209CEDAB",
      "aws_iam_role_policy_attachment.Onboarding_Roles_sensitiveDataDiscovery_policy-attachment_3E189981",
      "aws_ssm_association.Onboarding_ArcAutomation_attach-association_FECA2167",
      "aws_ssm_document.Onboarding_ArcAutomation_attach-document_026CCEDC",
      "aws_ssm_document.Onboarding_ArcAutomation_update-document_1ED73703",
      "azapi_resource.Onboarding_Connector_8D5D1968",
      "terraform_data.Onboarding_DataCollectionExternalId_D453713D",
      "terraform_data.Onboarding_IdentityProvider_Not_destroyed_in_mode_release_4A1FFE32",
      "terraform_data.Onboarding_Roles_Found_First_names_DFF5AAEF",
      "terraform_data.Onboarding_Roles_Found_When_first_planned_3E3BBC7F",
      "time_sleep.Onboarding_IamPropagation_E81FA185",
    ]);
  });

  test("takes its environment from variables that describe and validate themselves", () => {
    const variables = stack.variable as Record<string, Record<string, unknown>>;
    expect(Object.keys(variables)).toEqual([
      "aws_account_id",
      "aws_region",
      "azure_subscription_id",
      "connector_name",
      "entra_tenant_id",
      "location",
      "resource_group_name",
    ]);
    for (const variable of Object.values(variables)) {
      expect(variable).toMatchObject({
        type: "string",
        nullable: false,
        description: expect.stringMatching(/\.$/) as unknown,
        validation: [{}],
      });
    }
  });

  test("says where role, provider and connector are", () => {
    expect(Object.keys(stack.output ?? {})).toEqual([
      "connector_id",
      "cspm_read_events",
      "identity_provider_arn",
      "role_arns",
      "role_arns_by_plan",
    ]);
  });

  test("says which role each plan assumes, and what keeps Defender's read-only calls out of a SIEM", () => {
    const { cspm_read_events: events, role_arns_by_plan: byPlan } = stack.output as Record<string, { value: object }>;
    const arn = (name: string) => `arn:aws:iam::\${var.aws_account_id}:role/${name}`;
    expect(events?.value).toEqual({
      readOnly: "true",
      "userIdentity.sessionContext.sessionIssuer.arn": arn("CspmMonitorAws"),
    });
    expect(Object.keys(byPlan?.value ?? {}).sort()).toEqual([
      "containers",
      "databases",
      "defenderCspm",
      "foundationalCspm",
      "servers",
    ]);
    expect(byPlan?.value).toMatchObject({ foundationalCspm: { cspmMonitor: arn("CspmMonitorAws") } });
  });
});

describeWithTerraform("the tests that the standalone example ships", () => {
  afterEach(stopRehearsals);

  test("pass beside its cdk.tf.json", async () => {
    const folder = resolve(__dirname, "..", "..", "..", "examples", "standalone");

    expect(await testsBeside(folder, stack, stack)).toContain("3 passed, 0 failed");
  });
});
