import { DataAwsIamOpenidConnectProvider } from "@cdktf/provider-aws/lib/data-aws-iam-openid-connect-provider";
import { DataAwsIamRole } from "@cdktf/provider-aws/lib/data-aws-iam-role";
import { DataAwsIamRoles } from "@cdktf/provider-aws/lib/data-aws-iam-roles";
import { IamOpenidConnectProvider } from "@cdktf/provider-aws/lib/iam-openid-connect-provider";
import type { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { Fn, TerraformIterator, Token } from "cdktf";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { AWS_ACCOUNT_ID, GUID, InputError } from "../foundation";
import {
  identityProviderArn,
  identityProviderUrl,
  ISSUER_THUMBPRINT,
  MICROSOFT_TENANT_ID,
  SENTINEL_AUDIENCE,
  SENTINEL_AUDIENCES,
} from "../plans";
import {
  ImportBlock,
  InputChecks,
  inExpression,
  listInExpression,
  MovedBlock,
  RemovedBlock,
  TerraformData,
  TwinProvider,
  undeclaredAddress,
} from "../terraform";
import type { Condition, TerraformDataConfig } from "../terraform";
import { checkAudiences } from "./check-audiences";
import { checkIdentityProviderMode } from "./identity-provider-mode";
import type { ExtendIdentityProvider, IdentityProviderMode } from "./identity-provider-mode";

/** Audiences that one identity provider can list (IAM quotas, AWS documentation). */
const MAX_AUDIENCES = 100;

/**
 * Names of the roles of Sentinel's connectors, which accept no other, and of `OIDC_Actions_Sentinel`, the role of its attack
 * disruption (Microsoft Sentinel documentation, connect-aws and aws-disruption, 2026-07-01).
 */
const SENTINEL_ROLE_NAME = "^OIDC_";

/**
 * Ids of the provider, created or shared with others. From the first a `moved` block leads to the second and none leads
 * back: so the state itself says that others have audiences there, and a plan can refuse what only its creator may do.
 * Terraform's messages name the second, so the second says what to do.
 */
const CREATED = "Resource";
const SHARED = "Shared_so_give_back_by_mode_release";

/** Id of a marker in the state beside the provider, to refuse a destroy where the provider itself cannot: while released. */
const MARKER = "Not_destroyed_in_mode_release";

/** Id of the lock. Terraform names it where the construct is gone. */
const LOCK = "Restore_construct_then_destroy_or_release";

/** An identity provider of an Entra tenant. */
export interface IdentityProviderProps {
  /** AWS account that holds the provider, 12 digits. */
  readonly accountId: string;
  /** Partition of the account. */
  readonly partition: string;
  /** Entra tenant that issues the tokens, a GUID. */
  readonly tenantId: string;
  /** Audiences (client IDs) that the provider must list: 1 to 100, of 1 to 255 characters each. */
  readonly audiences: readonly string[];
  /** What is done about the provider. */
  readonly mode: IdentityProviderMode;
  /**
   * Tags of the provider, where it is created.
   * @default none
   */
  readonly tags?: Readonly<Record<string, string>>;
  /**
   * AWS provider.
   * @default the stack's
   */
  readonly provider?: AwsProvider;
}

/**
 * The account's OIDC identity provider for an Entra tenant: created, extended, verified or given back.
 *
 * Fails at synth for a malformed literal, and at plan for a malformed Terraform value and wherever the provider is not what
 * the mode expects.
 */
export class IdentityProvider extends Construct {
  /** ARN of the provider, composed so that a plan shows it. */
  public readonly arn: string;
  /** What roles must wait for. */
  public readonly dependable: ITerraformDependable;

  private readonly props: IdentityProviderProps;
  private readonly checks = new InputChecks();

  public constructor(scope: Construct, id: string, props: IdentityProviderProps) {
    super(scope, id);
    checkAudiences("audiences", props.audiences);
    checkIdentityProviderMode(props);
    this.checks.format("accountId", props.accountId, AWS_ACCOUNT_ID);
    this.checks.format("tenantId", props.tenantId, GUID);
    if (props.audiences.length < 1 || props.audiences.length > MAX_AUDIENCES) {
      throw new InputError("audiences", `${props.audiences.length} audiences`, `AWS allows 1 to ${MAX_AUDIENCES}`);
    }
    this.props = props;
    this.arn = identityProviderArn(props, props.tenantId);
    switch (props.mode.mode) {
      case "create":
        this.dependable = this.create();
        break;
      case "extend":
        this.dependable = this.extend(props.mode);
        break;
      case "verify":
        this.dependable = this.verify();
        break;
      case "release":
        this.dependable = this.release();
        break;
    }
  }

  private create(): IamOpenidConnectProvider {
    const { audiences, tags, tenantId } = this.props;
    const config = {
      url: identityProviderUrl(tenantId),
      clientIdList: [...audiences],
      thumbprintList: [ISSUER_THUMBPRINT],
      ...(tags ? { tags: { ...tags } } : {}),
    };
    if (tenantId !== MICROSOFT_TENANT_ID) {
      // It goes with the plan that needs it, so nothing may hold it: where others share it, the mode is `extend`.
      const { preconditions } = this.checks;
      return new IamOpenidConnectProvider(this, CREATED, {
        ...config,
        ...this.provider(),
        ...(preconditions.length > 0 ? { lifecycle: { precondition: preconditions } } : {}),
      });
    }
    this.refuseWhereHeld(SHARED);
    return new IamOpenidConnectProvider(this, CREATED, {
      ...config,
      provider: this.lock(),
      dependsOn: [this.marker()],
      lifecycle: { precondition: [...this.checks.preconditions, this.sentinelIsAbsent()] },
    });
  }

  /** Stops the plan where Sentinel uses the provider: it exists already, or Sentinel has joined since. */
  private sentinelIsAbsent(): Condition {
    const names = new DataAwsIamRoles(this, "SentinelRoleNames", {
      nameRegex: SENTINEL_ROLE_NAME,
      ...this.provider(),
    });
    const candidates = new DataAwsIamRole(this, "SentinelRoles", {
      forEach: TerraformIterator.fromList(names.names),
      name: "${each.value}",
      ...this.provider(),
    });
    const issuer = identityProviderUrl(this.props.tenantId).replace("https://", "oidc-provider/");
    const roles = `[for role in ${candidates.fqn} : role.name if strcontains(role.assume_role_policy, "${issuer}")]`;
    // A destroy turns failed conditions into warnings, but stops at a lookup that fails. This one fails by its design, once
    // for each role found, and says why in its address.
    const refusal = new DataAwsIamOpenidConnectProvider(this, "Used_by_Sentinel_so_use_mode_extend", {
      url: "https://used-by-microsoft-sentinel.invalid/",
      ...this.provider(),
    });
    refusal.addOverride("for_each", `\${toset(${roles})}`);
    return {
      condition: `\${length(${roles}) == 0}`,
      errorMessage: `Microsoft Sentinel uses the identity provider of this account (\${join(", ", ${roles})}), so it exists already and must keep Sentinel's audience: set identityProvider to { mode: "extend" }, or to { mode: "verify" } where another state owns the provider. If mode "extend" does not find it, it was deleted and these roles are left: restore it with "aws iam create-open-id-connect-provider --url ${identityProviderUrl(this.props.tenantId)} --client-id-list ${SENTINEL_AUDIENCES.join(" ")} --thumbprint-list ${ISSUER_THUMBPRINT}" and keep mode "extend"; or, where Sentinel is no longer connected, delete these roles and keep mode "create".`,
    };
  }

  private extend(options: ExtendIdentityProvider): IamOpenidConnectProvider {
    const { audiences } = this.props;
    const existing = this.lookUp();
    const found = `${existing.fqn}.client_id_list`;
    const retired = [...(options.retiredAudiences ?? [])];
    const extended = Token.asList(Fn.setsubtract(Fn.setunion(existing.clientIdList, [[...audiences]]), retired));
    const resource = new IamOpenidConnectProvider(this, SHARED, {
      url: identityProviderUrl(this.props.tenantId),
      clientIdList: extended,
      provider: this.lock(),
      dependsOn: [this.marker()],
      lifecycle: {
        preventDestroy: true,
        // They belong to whoever made the provider; the letter case of thumbprints differs between Sentinel's templates.
        ignoreChanges: ["thumbprint_list", "tags", "tags_all"],
        precondition: [
          ...this.expectedAudiencesAreThere(options.expectedAudiences ?? this.sentinelAudiences(), found),
          {
            condition: `\${length(setsubtract(setunion(${found}, ${listInExpression(audiences)}), ${listInExpression(retired)})) <= ${MAX_AUDIENCES}}`,
            errorMessage: `The identity provider ${this.arn} lists \${length(${found})} audiences; with those that the plans need it would pass the ${MAX_AUDIENCES} that AWS allows: remove audiences that nobody uses.`,
          },
        ],
      },
    });
    new ImportBlock(resource, this.arn);
    new MovedBlock(resource, this.addressOf(CREATED));
    return resource;
  }

  /** Sentinel has audiences in the provider of Microsoft's tenant alone. */
  private sentinelAudiences(): string[] {
    return this.props.tenantId === MICROSOFT_TENANT_ID ? [SENTINEL_AUDIENCE] : [];
  }

  private expectedAudiencesAreThere(expected: readonly string[], found: string): Condition[] {
    const missing = `setsubtract(${listInExpression(expected)}, ${found})`;
    return expected.length === 0
      ? []
      : [
          {
            condition: `\${length(${missing}) == 0}`,
            errorMessage: `The identity provider ${this.arn} lacks audiences that must be there: \${join(", ", ${missing})}. Find out why before Defender is added, or correct identityProvider.expectedAudiences.`,
          },
        ];
  }

  private verify(): DataAwsIamOpenidConnectProvider {
    const missing = `setsubtract(${listInExpression(this.props.audiences)}, self.client_id_list)`;
    const command = `format("aws iam add-client-id-to-open-id-connect-provider --open-id-connect-provider-arn %s --client-id %s", self.arn, audience)`;
    this.refuseWhereHeld(CREATED);
    this.refuseWhereHeld(SHARED);
    return this.lookUp({
      condition: `\${length(${missing}) == 0}`,
      errorMessage: `The identity provider ${this.arn} lacks audiences that the selected plans need. Add each of them, or have its owner do so:\n\${join("\\n", [for audience in ${missing} : ${command}])}`,
    });
  }

  private release(): DataAwsIamOpenidConnectProvider {
    this.refuseWhereHeld(CREATED);
    new RemovedBlock(this, "GivenBack", this.addressOf(SHARED));
    // An object in the state is refreshed with the provider it was made with, also when it is given back.
    this.lock();
    // A destroy does not look at what is only about to be given back and would take it along. The marker stops it.
    this.marker({ lifecycle: { preventDestroy: true } });
    return this.lookUp();
  }

  /** Declares no instance, and `prevent_destroy`: where the state holds one after all, the plan stops, a destroy too. */
  private refuseWhereHeld(id: string): void {
    const { audiences, tenantId } = this.props;
    new IamOpenidConnectProvider(this, id, {
      count: 0,
      url: identityProviderUrl(tenantId),
      clientIdList: [...audiences],
      lifecycle: { preventDestroy: true },
      ...this.provider(),
    });
  }

  private marker(config: TerraformDataConfig = {}): TerraformData {
    return new TerraformData(this, MARKER, config);
  }

  private lock(): TwinProvider {
    return new TwinProvider(this, LOCK, this.props.provider);
  }

  private addressOf(id: string): string {
    return undeclaredAddress(this, IamOpenidConnectProvider.tfResourceType, id);
  }

  /** The provider as it is. Terraform's message where there is none names this address, so the address says what to do. */
  private lookUp(...conditions: readonly Condition[]): DataAwsIamOpenidConnectProvider {
    const isTheOne: Condition = {
      condition: `\${self.arn == ${inExpression(this.arn)}}`,
      errorMessage: `Found the identity provider \${self.arn} instead of ${this.arn}: it must be that of tenant ${this.props.tenantId}, with its final slash, in the declared account.`,
    };
    return new DataAwsIamOpenidConnectProvider(this, "Existing_or_else_use_mode_create", {
      url: identityProviderUrl(this.props.tenantId),
      lifecycle: { precondition: this.checks.preconditions, postcondition: [isTheOne, ...conditions] },
      ...this.provider(),
    });
  }

  private provider(): { provider?: AwsProvider } {
    return this.props.provider ? { provider: this.props.provider } : {};
  }
}
