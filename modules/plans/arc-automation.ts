import type { AccountContext } from "./account-context";
import type { ArcAutomationSettings, ArcAutomationTarget } from "./arc-automation-options";
import { awsManagedPolicyArn } from "./role";
import { INSTANCE_POLICIES, INSTANCE_ROLE } from "./roles/arc-host-management";

/** A Systems Manager Automation document. */
export interface AutomationDocument {
  /** Key; part of Terraform addresses. */
  readonly key: string;
  /** Name in Systems Manager. */
  readonly name: string;
  /** What its `targets` are. */
  readonly targetType: string;
  /** The document, schema 0.3. */
  readonly content: object;
}

/** A State Manager association that runs a document. */
export interface AutomationAssociation {
  /** Key; part of Terraform addresses. */
  readonly key: string;
  /** Name in Systems Manager. */
  readonly name: string;
  /** Name of the document. */
  readonly documentName: string;
  /** Parameter that takes each target. */
  readonly targetParameter: string;
  /** When it runs. */
  readonly schedule: string;
  /** Parameters of the document. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Where it looks for instances. */
  readonly targets: readonly ArcAutomationTarget[];
}

/** The account in which an automation runs. */
export type ArcAccount = Pick<AccountContext, "partition" | "urlSuffix" | "accountId"> & {
  /** ARN of the role arcHostManagement, which runs the automation. */
  readonly automationRoleArn: string;
};

/**
 * The regional part of Arc auto-provisioning, after Microsoft's Terraform of 2024-02-13: every 30 days each instance is
 * given an instance profile that lets Systems Manager install the Arc agent. Written from its steps, on a runtime
 * that Systems Manager supports.
 *
 * Two things differ on purpose. The documents do not carry the prefix `AWS`, which Systems Manager reserves; nothing known
 * refers to their names but the associations. And the second association exists only where an instance profile is named:
 * in Microsoft's Terraform it runs with an empty name, and fails, unless one is named.
 */
export function arcAutomation(
  account: ArcAccount,
  settings: Omit<ArcAutomationSettings, "regions">,
): { readonly documents: readonly AutomationDocument[]; readonly associations: readonly AutomationAssociation[] } {
  const { configurationId, attachToExistingProfiles, instanceProfileName, targets } = settings;
  const document = (key: string, name: string, content: object): AutomationDocument => ({
    key,
    name: `DefenderForCloud-${name}-${configurationId}`,
    targetType: "/AWS::EC2::Instance",
    content,
  });
  const attach = document("attach", "CreateAndAttachIAMToInstance", createAndAttach(account));
  const update = document("update", "UpdateExistingInstanceProfile", updateExistingProfile(account));
  const association = (
    runs: AutomationDocument,
    name: string,
    parameters: Readonly<Record<string, string>>,
  ): AutomationAssociation => ({
    key: runs.key,
    name: `AWS-MDCSetup-SSMHostMgmt-${name}-${configurationId}`,
    documentName: runs.name,
    targetParameter: "InstanceId",
    schedule: "rate(30 days)",
    parameters: { AutomationAssumeRole: account.automationRoleArn, ...parameters },
    targets,
  });
  return {
    documents: [attach, update],
    associations: [
      association(attach, "AttachIAMToInstance", { IsPolicyAttachAllowed: String(attachToExistingProfiles) }),
      ...(instanceProfileName === undefined
        ? []
        : [association(update, "UpdateIAMForInstanceMgmt", { InstanceProfile: instanceProfileName })]),
    ],
  };
}

/** Gives an instance without a profile one of Defender's own; extends the role of an existing profile where allowed. */
function createAndAttach(account: ArcAccount): object {
  return automation("Gives an EC2 instance an instance profile through which Systems Manager reaches it.", {
    parameters: {
      IsPolicyAttachAllowed: {
        type: "String",
        allowedValues: ["true", "false"],
        description: "Whether policies may be attached to the role of an instance profile that exists already.",
      },
    },
    steps: [
      {
        name: "getInstanceProfile",
        action: "aws:executeScript",
        inputs: {
          Runtime: "python3.11",
          Handler: "instance_profile",
          InputPayload: { InstanceId: "{{ InstanceId }}" },
          Script: INSTANCE_PROFILE_SCRIPT,
        },
        outputs: [{ Name: "Name", Selector: "$.Payload.name", Type: "String" }],
        nextStep: "branchOnInstanceProfile",
      },
      {
        name: "branchOnInstanceProfile",
        action: "aws:branch",
        inputs: {
          Choices: [
            { Variable: "{{ getInstanceProfile.Name }}", StringEquals: NO_PROFILE, NextStep: "createRoleIfMissing" },
          ],
          Default: "branchOnPolicyAttachAllowed",
        },
      },
      {
        name: "branchOnPolicyAttachAllowed",
        action: "aws:branch",
        inputs: {
          Choices: [
            {
              Variable: "{{ IsPolicyAttachAllowed }}",
              StringEquals: "true",
              NextStep: "getRoleOfInstanceProfile",
            },
          ],
          Default: "createRoleIfMissing",
        },
      },
      ...extendRoleOfProfile(account, "{{ getInstanceProfile.Name }}"),
      iamCall("createRoleIfMissing", "CreateRole", {
        RoleName: INSTANCE_ROLE,
        Path: "/",
        Description: "Lets Systems Manager reach EC2 instances, for Microsoft Defender for Cloud",
        AssumeRolePolicyDocument: JSON.stringify({
          Version: "2012-10-17",
          Statement: [
            {
              Effect: "Allow",
              Principal: { Service: [`ec2.${account.urlSuffix}`] },
              Action: ["sts:AssumeRole"],
              // AWS documents no source keys for instance roles: they bind where EC2 sends them, and break nothing.
              Condition: { StringEqualsIfExists: { "aws:SourceAccount": [account.accountId] } },
            },
          ],
        }),
        onFailure: "Continue",
        nextStep: "assertRoleExists",
      }),
      {
        name: "assertRoleExists",
        action: "aws:assertAwsResourceProperty",
        inputs: {
          Service: "iam",
          Api: "GetRole",
          RoleName: INSTANCE_ROLE,
          PropertySelector: "$.Role.RoleName",
          DesiredValues: [INSTANCE_ROLE],
        },
        nextStep: `attach${INSTANCE_POLICIES[0]}ToOwnRole`,
      },
      ...attachPolicies(account, "ToOwnRole", INSTANCE_ROLE, "createInstanceProfileIfMissing"),
      iamCall("createInstanceProfileIfMissing", "CreateInstanceProfile", {
        InstanceProfileName: INSTANCE_ROLE,
        onFailure: "Continue",
        nextStep: "addRoleToInstanceProfile",
      }),
      iamCall("addRoleToInstanceProfile", "AddRoleToInstanceProfile", {
        InstanceProfileName: INSTANCE_ROLE,
        RoleName: INSTANCE_ROLE,
        onFailure: "Continue",
        nextStep: "attachInstanceProfile",
      }),
      {
        name: "attachInstanceProfile",
        action: "aws:executeAutomation",
        maxAttempts: 10,
        timeoutSeconds: 60,
        inputs: {
          DocumentName: "AWS-AttachIAMToInstance",
          RuntimeParameters: {
            RoleName: INSTANCE_ROLE,
            ForceReplace: false,
            AutomationAssumeRole: "{{ AutomationAssumeRole }}",
            InstanceId: "{{ InstanceId }}",
          },
        },
        isEnd: true,
      },
    ],
  });
}

/** Extends the role of a profile that the customer names. */
function updateExistingProfile(account: ArcAccount): object {
  return automation("Lets Systems Manager reach the instances of an existing instance profile.", {
    parameters: { InstanceProfile: { type: "String", description: "Name of the instance profile." } },
    steps: extendRoleOfProfile(account, "{{ InstanceProfile }}"),
  });
}

function automation(description: string, parts: { parameters: object; steps: readonly object[] }): object {
  return {
    schemaVersion: "0.3",
    description,
    assumeRole: "{{ AutomationAssumeRole }}",
    parameters: {
      AutomationAssumeRole: { type: "String", description: "ARN of the role that the automation assumes." },
      InstanceId: { type: "String", description: "The instance." },
      ...parts.parameters,
    },
    mainSteps: parts.steps,
  };
}

function extendRoleOfProfile(account: ArcAccount, profile: string): object[] {
  return [
    {
      name: "getRoleOfInstanceProfile",
      action: "aws:executeAwsApi",
      inputs: { Service: "iam", Api: "GetInstanceProfile", InstanceProfileName: profile },
      outputs: [{ Name: "RoleName", Selector: "$.InstanceProfile.Roles[0].RoleName", Type: "String" }],
      nextStep: `attach${INSTANCE_POLICIES[0]}ToExistingRole`,
    },
    ...attachPolicies(account, "ToExistingRole", "{{ getRoleOfInstanceProfile.RoleName }}"),
  ];
}

function attachPolicies(account: ArcAccount, to: string, roleName: string, after?: string): object[] {
  return INSTANCE_POLICIES.map((policy, index) => {
    const next = INSTANCE_POLICIES[index + 1];
    const nextStep = next === undefined ? after : `attach${next}${to}`;
    return iamCall(`attach${policy}${to}`, "AttachRolePolicy", {
      RoleName: roleName,
      PolicyArn: awsManagedPolicyArn(account, policy),
      ...(nextStep === undefined ? { isEnd: true } : { nextStep }),
    });
  });
}

function iamCall(
  name: string,
  api: string,
  { onFailure, nextStep, isEnd, ...inputs }: Record<string, string | boolean>,
): object {
  return {
    name,
    action: "aws:executeAwsApi",
    ...(onFailure === undefined ? {} : { onFailure }),
    inputs: { Service: "iam", Api: api, ...inputs },
    ...(nextStep === undefined ? {} : { nextStep }),
    ...(isEnd === undefined ? {} : { isEnd }),
  };
}

/** What the script answers for an instance without a profile. */
const NO_PROFILE = "NoProfile";

/** Takes the last part of the profile's ARN, so that a profile with a path is found by its name. */
const INSTANCE_PROFILE_SCRIPT = `import boto3


def instance_profile(events, context):
    reservations = boto3.client("ec2").describe_instances(InstanceIds=[events["InstanceId"]])["Reservations"]
    profile = reservations[0]["Instances"][0].get("IamInstanceProfile")
    return {"name": profile["Arn"].split("/")[-1] if profile else "${NO_PROFILE}"}
`;
