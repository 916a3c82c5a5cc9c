import type { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { SsmAssociation } from "@cdktf/provider-aws/lib/ssm-association";
import { SsmDocument } from "@cdktf/provider-aws/lib/ssm-document";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { checkFormat, checkKeys, checkList, checkRegions, checkSwitch, InputError } from "../foundation";
import type { Format } from "../foundation";
import { arcAutomation } from "../plans";
import type { ArcAutomationTarget, RoleEnvironment, RoleSettings } from "../plans";

/** What the customer decides about Arc auto-provisioning. Everything is literal. */
export interface ArcAutomationOptions {
  /**
   * Suffix of all names: 1 to 23 letters, digits, hyphens or underscores.
   * @default "MDCSetup", the portal's
   */
  readonly configurationId?: string;
  /**
   * Whether the automation may attach AWS's two Systems Manager policies to the roles of instance profiles that exist
   * already. Where it may not, such instances are given Defender's own profile.
   * @default true, as the portal sets it up
   */
  readonly attachToExistingProfiles?: boolean;
  /**
   * Regions whose instances are looked at, as region codes; literals.
   * @default the region of the AWS provider
   */
  readonly regions?: readonly string[];
  /**
   * Name of an instance profile of the customer to extend.
   * @default none
   */
  readonly instanceProfileName?: string;
  /**
   * Instances to look at.
   * @default every instance of the region
   */
  readonly targets?: readonly ArcAutomationTarget[];
}

/** The regional part of Arc auto-provisioning. */
export interface ArcAutomationProps extends ArcAutomationOptions {
  /** The account; its role arcHostManagement runs the automation. */
  readonly environment: RoleEnvironment;
  /**
   * The automation's role and its policies.
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
  readonly provider?: AwsProvider;
}

/** Key of a target of an association that runs an automation (Systems Manager API reference, Target, 2026). */
const TARGET_KEY: Format = {
  expected: '"InstanceIds", "ParameterValues", "ResourceGroup", "tag-key" or "tag:" and a tag key',
  pattern: "^(InstanceIds|ParameterValues|ResourceGroup|tag-key|tag:.+)$",
};

/** Name of an instance profile (IAM API reference, CreateInstanceProfile, 2026). */
const INSTANCE_PROFILE_NAME: Format = {
  expected: "the name of an instance profile: 1 to 128 letters, digits or characters of _+=,.@-",
  pattern: "^[A-Za-z0-9_+=,.@-]{1,128}$",
};

/**
 * The settings that the automation's role needs.
 * @throws InputError for an id, name, region or target that cannot be, and for settings that exclude each other
 */
export function arcSettings(options: ArcAutomationOptions): NonNullable<RoleSettings["arc"]> {
  checkKeys<ArcAutomationOptions>("arcAutomation", options, {
    configurationId: true,
    attachToExistingProfiles: true,
    regions: true,
    instanceProfileName: true,
    targets: true,
  });
  const { configurationId = "MDCSetup", attachToExistingProfiles = true } = options;
  checkFormat("arcAutomation.configurationId", configurationId, {
    expected: "1 to 23 letters, digits, hyphens or underscores",
    pattern: "^[A-Za-z0-9_-]{1,23}$",
  });
  checkSwitch("arcAutomation.attachToExistingProfiles", attachToExistingProfiles);
  checkRegions("arcAutomation.regions", options.regions ?? []);
  checkList("arcAutomation.targets", options.targets ?? []);
  for (const target of options.targets ?? []) {
    checkKeys<ArcAutomationTarget>("arcAutomation.targets", target, { key: true, values: true });
    checkFormat("arcAutomation.targets.key", target.key, TARGET_KEY);
    checkList("arcAutomation.targets.values", target.values);
    if (target.values.length === 0) {
      throw new InputError("arcAutomation.targets.values", target.values, "expected one or more values");
    }
  }
  for (const list of ["regions", "targets"] as const) {
    if (options[list]?.length === 0) {
      throw new InputError(
        `arcAutomation.${list}`,
        [],
        "an empty list would reach no instance: leave it out, or name some",
      );
    }
  }
  if (options.instanceProfileName !== undefined) {
    checkFormat("arcAutomation.instanceProfileName", options.instanceProfileName, INSTANCE_PROFILE_NAME);
  }
  if (options.instanceProfileName !== undefined && !attachToExistingProfiles) {
    throw new InputError(
      "arcAutomation.instanceProfileName",
      options.instanceProfileName,
      "attachToExistingProfiles is false, so the automation may not extend the role of this profile: leave one of the two out",
    );
  }
  return { configurationId, attachToExistingProfiles };
}

/** Automation documents of Systems Manager and the associations that run them every 30 days, in each region. */
export class ArcAutomation extends Construct {
  /** What must exist before the automation runs: its documents and associations. */
  public readonly dependables: readonly ITerraformDependable[];

  public constructor(scope: Construct, id: string, props: ArcAutomationProps) {
    super(scope, id);
    const { documents, associations } = arcAutomation(props.environment, {
      targets: props.targets ?? [{ key: "InstanceIds", values: ["*"] }],
      ...(props.instanceProfileName === undefined ? {} : { instanceProfileName: props.instanceProfileName }),
    });
    const shared = {
      ...(props.provider ? { provider: props.provider } : {}),
      ...(props.tags ? { tags: { ...props.tags } } : {}),
    };
    this.dependables = (props.regions ?? [undefined]).flatMap((region) => {
      const regional = region === undefined ? {} : { region };
      const regionScope = region === undefined ? this : new Construct(this, region);
      const created = new Map(
        documents.map((document) => [
          document.name,
          new SsmDocument(regionScope, `${document.key}-document`, {
            name: document.name,
            documentType: "Automation",
            documentFormat: "JSON",
            targetType: document.targetType,
            content: JSON.stringify(document.content),
            dependsOn: [...(props.dependsOn ?? [])],
            ...regional,
            ...shared,
          }),
        ]),
      );
      const associated = associations.map((association) => {
        const document = created.get(association.documentName);
        return new SsmAssociation(regionScope, `${association.key}-association`, {
          name: association.documentName,
          associationName: association.name,
          automationTargetParameterName: association.targetParameter,
          scheduleExpression: association.schedule,
          parameters: { ...association.parameters },
          targets: association.targets.map(({ key, values }) => ({ key, values: [...values] })),
          dependsOn: document ? [document] : [],
          ...regional,
          ...shared,
        });
      });
      return [...created.values(), ...associated];
    });
  }
}
