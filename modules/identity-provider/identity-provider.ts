import { DataAwsIamOpenidConnectProvider } from "@cdktf/provider-aws/lib/data-aws-iam-openid-connect-provider";
import { DataAwsIamRole } from "@cdktf/provider-aws/lib/data-aws-iam-role";
import { DataAwsIamRoles } from "@cdktf/provider-aws/lib/data-aws-iam-roles";
import { IamOpenidConnectProvider } from "@cdktf/provider-aws/lib/iam-openid-connect-provider";
import { TerraformIterator, Token } from "cdktf";
import type { ITerraformDependable, Precondition, TerraformProvider } from "cdktf";
import type { Construct } from "constructs";
import { PARTITION } from "../iam";
import type { Partition } from "../iam";
import { AWS_ACCOUNT_ID, AWS_TAGS, ENTRA_ID, object, optional, text, variant } from "../inputs";
import type { Format, Read, Schema } from "../inputs";
import {
  identityProviderArn,
  identityProviderUrl,
  ISSUER_THUMBPRINT,
  MICROSOFT_TENANT_ID,
  SENTINEL_AUDIENCE,
  SENTINEL_AUDIENCES,
} from "../plans";
import {
  AccountGuard,
  checkInputs,
  code,
  DeletionLockProvider,
  DependableConstruct,
  expression,
  ImportBlock,
  MovedBlock,
  provider,
  reference,
  RemovedBlock,
  reserveAddress,
  TerraformData,
  withoutDirectives,
} from "../terraform";
import type { Expression, TerraformDataConfig } from "../terraform";
import { audienceList, checkRetiredAudiences, MAX_AUDIENCES, MODE_SHAPES } from "./identity-provider-mode";
import type {
  CreateIdentityProvider,
  ExtendIdentityProvider,
  IdentityProviderMode,
  ReleaseIdentityProvider,
  VerifyIdentityProvider,
} from "./identity-provider-mode";

/**
 * Names of the roles of Sentinel's connectors, which require this prefix, and of `OIDC_Actions_Sentinel`, the role of its attack
 * disruption (Microsoft Sentinel documentation, connect-aws and aws-disruption, 2026-07-01).
 */
const SENTINEL_ROLE_NAME = "^OIDC_";

/**
 * Ids of the provider, created or shared with others. A `moved` block leads from the first to the second, and none leads back:
 * so the state itself shows that others have audiences there, and a plan can refuse what only the creator may do. Terraform's
 * messages name the second id, so it says what to do.
 */
const CREATED = "Resource";
const SHARED = "Shared_so_give_back_by_mode_release";

/** Id of a marker in the state that refuses a destroy while the provider is being released and cannot refuse it itself. */
const MARKER = "Not_destroyed_in_mode_release";

/** Id of the lock. Terraform names it in its error if the construct was removed. */
const LOCK = "Restore_construct_then_destroy_or_release";

/** An identity provider of an Entra tenant, besides its mode. */
interface ProviderOfTenant {
  /** AWS account that holds the provider, 12 digits. */
  readonly awsAccountId: string;
  /**
   * Partition of the account; literal.
   * @default "aws"
   */
  readonly partition?: Partition;
  /** Entra tenant that issues the tokens, a GUID in lower case. Microsoft's tenant is given as a literal. */
  readonly tenantId: string;
  /** Audiences (client IDs) that the provider must list: a literal list of 1 to 100, of 1 to 255 characters each. */
  readonly audiences: readonly string[];
  /**
   * Tags of the provider, if it is created.
   * @default none
   */
  readonly tags?: Readonly<Record<string, string>>;
  /**
   * AWS provider.
   * @default the stack's
   */
  readonly awsProvider?: TerraformProvider;
}

/** An identity provider of an Entra tenant. Every value takes a literal or a Terraform value, unless it says otherwise. */
export type IdentityProviderProps = IdentityProviderMode & ProviderOfTenant;

const OTHER_TENANT: Format = {
  ...ENTRA_ID,
  expected: `${ENTRA_ID.expected}; Microsoft's tenant, ${MICROSOFT_TENANT_ID}, as a literal`,
  refused: [MICROSOFT_TENANT_ID],
};

/** The provider of Microsoft's tenant is shared: what has to be done about it is decided at synth. */
const TENANT: Schema<string> = {
  ...text(ENTRA_ID),
  read: (value, at, report) =>
    value === MICROSOFT_TENANT_ID ? MICROSOFT_TENANT_ID : text(OTHER_TENANT).read(value, at, report),
};

const SHAPE = {
  awsAccountId: text(AWS_ACCOUNT_ID),
  partition: PARTITION,
  tenantId: TENANT,
  audiences: audienceList(1),
  tags: optional(AWS_TAGS),
  awsProvider: optional(provider("aws")),
};

/** Schema of {@link IdentityProviderProps}. */
export const IDENTITY_PROVIDER = variant("mode", {
  create: object<CreateIdentityProvider & ProviderOfTenant>()({ ...MODE_SHAPES.create, ...SHAPE }),
  extend: object<ExtendIdentityProvider & ProviderOfTenant>()({ ...MODE_SHAPES.extend, ...SHAPE }),
  verify: object<VerifyIdentityProvider & ProviderOfTenant>()({ ...MODE_SHAPES.verify, ...SHAPE }),
  release: object<ReleaseIdentityProvider & ProviderOfTenant>()({ ...MODE_SHAPES.release, ...SHAPE }),
});

type Inputs = Read<typeof IDENTITY_PROVIDER>;

/**
 * The account's OIDC identity provider for an Entra tenant: created, extended, verified or released.
 *
 * Fails at synth with an InputError for a malformed literal. Fails at plan for a malformed Terraform value, and if the provider
 * is not what the mode expects.
 * @example
 * new IdentityProvider(this, "IdentityProvider", {
 *   mode: "extend",
 *   awsAccountId: "111122223333",
 *   tenantId: MICROSOFT_TENANT_ID,
 *   audiences: [AUDIENCES.cspm],
 * });
 */
export class IdentityProvider extends DependableConstruct {
  /** ARN of the provider, composed so that a plan shows it. */
  public readonly arn: string;
  /** The Terraform resource: the provider if this state holds it, else the data source that reads it. */
  public readonly resource: IamOpenidConnectProvider | DataAwsIamOpenidConnectProvider;
  public readonly resources: readonly ITerraformDependable[];

  private readonly inputs: Inputs;

  public constructor(scope: Construct, id: string, props: IdentityProviderProps) {
    super(scope, id);
    const checked = checkInputs(IDENTITY_PROVIDER, props, (given, checks) => {
      checkRetiredAudiences(given, given, "retiredAudiences", checks);
    });
    const { inputs } = checked;
    AccountGuard.of(this, inputs, checked);
    this.inputs = inputs;
    this.arn = identityProviderArn({ ...inputs, accountId: inputs.awsAccountId }, inputs.tenantId);
    this.resource = this.render();
    this.resources = [this.resource];
  }

  private render(): IamOpenidConnectProvider | DataAwsIamOpenidConnectProvider {
    switch (this.inputs.mode) {
      case "create":
        return this.create();
      case "extend":
        return this.extend(this.inputs);
      case "verify":
        return this.verify();
      case "release":
        return this.release();
    }
  }

  private create(): IamOpenidConnectProvider {
    const { audiences, tags, tenantId } = this.inputs;
    const config = {
      url: identityProviderUrl(tenantId),
      clientIdList: withoutDirectives([...audiences]),
      thumbprintList: [ISSUER_THUMBPRINT],
      ...(tags ? { tags: { ...tags } } : {}),
    };
    if (tenantId !== MICROSOFT_TENANT_ID) {
      // It is destroyed with the plan that needs it, so nothing may lock it: if others share it, the mode is `extend`.
      return new IamOpenidConnectProvider(this, CREATED, { ...config, provider: this.inputs.awsProvider });
    }
    this.refuseWhereHeld(SHARED);
    return new IamOpenidConnectProvider(this, CREATED, {
      ...config,
      provider: this.lock(),
      dependsOn: [this.marker()],
      lifecycle: { precondition: [this.sentinelIsAbsent()] },
    });
  }

  /** Stops the plan if Sentinel uses the provider: it already exists, or Sentinel has joined since. */
  private sentinelIsAbsent(): Precondition {
    const names = new DataAwsIamRoles(this, "SentinelRoleNames", {
      nameRegex: SENTINEL_ROLE_NAME,
      provider: this.inputs.awsProvider,
    });
    const candidates = new DataAwsIamRole(this, "SentinelRoles", {
      forEach: TerraformIterator.fromList(names.names),
      name: "${each.value}",
      provider: this.inputs.awsProvider,
    });
    const issuer = identityProviderUrl(this.inputs.tenantId).replace("https://", "oidc-provider/");
    const roles = expression`[for role in ${reference(candidates)} : role.name if strcontains(role.assume_role_policy, ${issuer})]`;
    // A destroy turns failed conditions into warnings, but stops at a failed lookup. This lookup is designed to fail, once for
    // each role found, and its address says why.
    const refusal = new DataAwsIamOpenidConnectProvider(this, "Used_by_Sentinel_so_use_mode_extend", {
      url: "https://used-by-microsoft-sentinel.invalid/",
      provider: this.inputs.awsProvider,
    });
    refusal.addOverride("for_each", expression`toset(${roles})`.toString());
    return {
      condition: expression`length(${roles}) == 0`.toString(),
      errorMessage: `Microsoft Sentinel uses the identity provider of this account (${expression`join(", ", ${roles})`}), so it already exists and must keep Sentinel's audience: set identityProvider to { mode: "extend" }, or to { mode: "verify" } if another state owns the provider. If mode "extend" does not find it, it was deleted and these roles are left over: restore it with "aws iam create-open-id-connect-provider --url ${identityProviderUrl(this.inputs.tenantId)} --client-id-list ${SENTINEL_AUDIENCES.join(" ")} --thumbprint-list ${ISSUER_THUMBPRINT}" and keep mode "extend"; or, if Sentinel is no longer connected, delete these roles and keep mode "create".`,
    };
  }

  private extend({
    expectedAudiences,
    retiredAudiences,
  }: Extract<Inputs, { mode: "extend" }>): IamOpenidConnectProvider {
    const { audiences } = this.inputs;
    const existing = this.lookUp();
    const found = expression`${reference(existing)}.client_id_list`;
    const extended = expression`setsubtract(setunion(${found}, ${audiences}), ${retiredAudiences})`;
    const resource = new IamOpenidConnectProvider(this, SHARED, {
      url: identityProviderUrl(this.inputs.tenantId),
      clientIdList: Token.asList(extended.toString()),
      provider: this.lock(),
      dependsOn: [this.marker()],
      lifecycle: {
        preventDestroy: true,
        // They belong to the creator of the provider; the letter case of thumbprints differs between Sentinel's templates.
        ignoreChanges: ["thumbprint_list", "tags", "tags_all"],
        precondition: [
          ...this.expectedAudiencesAreThere(expectedAudiences ?? this.sentinelAudiences(), found),
          {
            condition: expression`length(${extended}) <= ${MAX_AUDIENCES}`.toString(),
            errorMessage: `The identity provider ${this.arn} lists ${expression`length(${found})`} audiences; with those that the plans need it would exceed the ${MAX_AUDIENCES} that AWS allows: remove unused audiences.`,
          },
        ],
      },
    });
    new ImportBlock(resource, this.arn);
    new MovedBlock(resource, this.addressOf(CREATED));
    return resource;
  }

  /** Sentinel has audiences only in the provider of Microsoft's tenant. */
  private sentinelAudiences(): string[] {
    return this.inputs.tenantId === MICROSOFT_TENANT_ID ? [SENTINEL_AUDIENCE] : [];
  }

  private expectedAudiencesAreThere(expected: readonly string[], found: Expression): Precondition[] {
    const missing = expression`setsubtract(${expected}, ${found})`;
    return expected.length === 0
      ? []
      : [
          {
            condition: expression`length(${missing}) == 0`.toString(),
            errorMessage: `The identity provider ${this.arn} lacks expected audiences: ${expression`join(", ", ${missing})`}. Find out why before you add Defender, or correct identityProvider.expectedAudiences.`,
          },
        ];
  }

  private verify(): DataAwsIamOpenidConnectProvider {
    const missing = expression`setsubtract(${this.inputs.audiences}, self.client_id_list)`;
    const command = code(
      `format("aws iam add-client-id-to-open-id-connect-provider --open-id-connect-provider-arn %s --client-id %s", self.arn, audience)`,
    );
    this.refuseWhereHeld(CREATED);
    this.refuseWhereHeld(SHARED);
    return this.lookUp({
      condition: expression`length(${missing}) == 0`.toString(),
      errorMessage: `The identity provider ${this.arn} lacks audiences that the selected plans need. Add each of them, or have its owner do so:\n${expression`join("\\n", [for audience in ${missing} : ${command}])`}`,
    });
  }

  private release(): DataAwsIamOpenidConnectProvider {
    this.refuseWhereHeld(CREATED);
    new RemovedBlock(this, "GivenBack", this.addressOf(SHARED));
    // Terraform refreshes an object in the state with the provider configuration it was created with, also to release it.
    this.lock();
    // A destroy ignores the `removed` block and would destroy the provider, too. The marker stops it.
    this.marker({ lifecycle: { preventDestroy: true } });
    return this.lookUp();
  }

  /** Declares zero instances with `prevent_destroy`: if the state holds one after all, a plan or destroy stops. */
  private refuseWhereHeld(id: string): void {
    const { audiences, tenantId } = this.inputs;
    new IamOpenidConnectProvider(this, id, {
      count: 0,
      url: identityProviderUrl(tenantId),
      clientIdList: withoutDirectives([...audiences]),
      lifecycle: { preventDestroy: true },
      provider: this.inputs.awsProvider,
    });
  }

  private marker(config: TerraformDataConfig = {}): TerraformData {
    return new TerraformData(this, MARKER, config);
  }

  private lock(): DeletionLockProvider {
    return new DeletionLockProvider(this, LOCK, this.inputs.awsAccountId, this.inputs.awsProvider);
  }

  private addressOf(id: string): string {
    return reserveAddress(this, IamOpenidConnectProvider.tfResourceType, id);
  }

  /** The existing provider. If there is none, Terraform's message names this address, so the address says what to do. */
  private lookUp(...conditions: readonly Precondition[]): DataAwsIamOpenidConnectProvider {
    const isTheOne: Precondition = {
      condition: expression`self.arn == ${this.arn}`.toString(),
      errorMessage: `Found the identity provider \${self.arn} instead of ${this.arn}: it must be the provider of tenant ${this.inputs.tenantId}, whose URL ends with a slash, in the declared account.`,
    };
    return new DataAwsIamOpenidConnectProvider(this, "Existing_or_else_use_mode_create", {
      url: identityProviderUrl(this.inputs.tenantId),
      lifecycle: { postcondition: [isTheOne, ...conditions] },
      provider: this.inputs.awsProvider,
    });
  }
}
