import { SsmAssociation } from "@cdktf/provider-aws/lib/ssm-association";
import { SsmDocument } from "@cdktf/provider-aws/lib/ssm-document";
import type { ITerraformDependable, TerraformProvider } from "cdktf";
import { Construct } from "constructs";
import { PARTITION, urlSuffix } from "../iam";
import type { Partition } from "../iam";
import { AWS_ACCOUNT_ID, AWS_TAGS, object, optional, ROLE_ARN, text, withDefault } from "../inputs";
import { ARC_AUTOMATION_OPTIONS, arcAutomation } from "../plans";
import type { ArcAutomationOptions } from "../plans";
import {
  AccountGuard,
  checkInputs,
  DependableConstruct,
  dependencies,
  ImportBlock,
  needAwsForRegions,
  provider,
  withoutDirectives,
} from "../terraform";

/** The regional part of Arc auto-provisioning. */
export interface ArcAutomationProps {
  /** The AWS account, 12 digits. */
  readonly awsAccountId: string;
  /**
   * Partition of the account; literal.
   * @default "aws"
   */
  readonly partition?: Partition;
  /** ARN of the role that runs the automation: `arcHostManagement` of {@link IamRoles}. */
  readonly automationRoleArn: string;
  /**
   * Settings and regions of the automation.
   * @default the portal's setup, in the region of the AWS provider
   */
  readonly arcAutomation?: ArcAutomationOptions;
  /**
   * What must exist first: the automation's role and its policies.
   * @default nothing
   */
  readonly dependsOn?: readonly ITerraformDependable[];
  /**
   * Tags of the documents and associations.
   * @default none
   */
  readonly tags?: Readonly<Record<string, string>>;
  /**
   * AWS provider.
   * @default the stack's
   */
  readonly awsProvider?: TerraformProvider;
}

/** Schema of {@link ArcAutomationProps}. */
export const ARC_AUTOMATION = object<ArcAutomationProps>()({
  awsAccountId: text(AWS_ACCOUNT_ID),
  partition: PARTITION,
  automationRoleArn: text(ROLE_ARN),
  arcAutomation: withDefault(ARC_AUTOMATION_OPTIONS, {}),
  dependsOn: optional(dependencies()),
  tags: optional(AWS_TAGS),
  awsProvider: optional(provider("aws")),
});

/**
 * Systems Manager automation documents and the associations that run them every 30 days, in each region. They attach an
 * instance profile to instances, through which the Azure Arc agent is installed.
 *
 * Fails at synth with an InputError for a malformed literal, and for `regions` with an AWS provider before 6; at plan for a malformed
 * Terraform value.
 * @example
 * new ArcAutomation(this, "ArcAutomation", {
 *   awsAccountId: "111122223333",
 *   automationRoleArn: roles.roleArns.arcHostManagement,
 *   dependsOn: [roles],
 * });
 */
export class ArcAutomation extends DependableConstruct {
  /** The documents and the associations. */
  public readonly resources: readonly (SsmDocument | SsmAssociation)[];

  public constructor(scope: Construct, id: string, props: ArcAutomationProps) {
    super(scope, id);
    const checked = checkInputs(ARC_AUTOMATION, props);
    const { inputs } = checked;
    AccountGuard.of(this, inputs, checked);
    const { partition, automationRoleArn, dependsOn = [], tags, awsProvider } = inputs;
    const { documents, associations } = arcAutomation(
      { accountId: inputs.awsAccountId, partition, urlSuffix: urlSuffix(partition), automationRoleArn },
      inputs.arcAutomation,
    );
    if (inputs.arcAutomation.regions) {
      needAwsForRegions(this, "arcAutomation.regions", inputs.arcAutomation.regions, awsProvider);
    }
    const shared = { provider: awsProvider, ...(tags ? { tags: { ...tags } } : {}) };
    this.resources = (inputs.arcAutomation.regions ?? [undefined]).flatMap((region) => {
      const regional = region === undefined ? {} : { region };
      const regionScope = region === undefined ? this : new Construct(this, region);
      const created = new Map(
        documents.map((document) => {
          const resource = new SsmDocument(regionScope, `${document.key}-document`, {
            name: document.name,
            documentType: "Automation",
            documentFormat: "JSON",
            targetType: document.targetType,
            content: JSON.stringify(document.content),
            dependsOn: [...dependsOn],
            ...regional,
            ...shared,
          });
          if (inputs.arcAutomation.adoptDocuments) {
            new ImportBlock(resource, region === undefined ? document.name : `${document.name}@${region}`);
          }
          return [document.name, resource] as const;
        }),
      );
      const associated = associations.map((association) => {
        const document = created.get(association.documentName);
        return new SsmAssociation(regionScope, `${association.key}-association`, {
          name: association.documentName,
          associationName: association.name,
          automationTargetParameterName: association.targetParameter,
          scheduleExpression: association.schedule,
          parameters: { ...association.parameters },
          targets: withoutDirectives(association.targets.map(({ key, values }) => ({ key, values: [...values] }))),
          dependsOn: document ? [document] : [],
          ...regional,
          ...shared,
        });
      });
      return [...created.values(), ...associated];
    });
  }
}
