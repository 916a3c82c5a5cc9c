import { IamOpenidConnectProvider } from "@cdktf/provider-aws/lib/iam-openid-connect-provider";
import type { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { identityProviderArn, identityProviderUrl, ISSUER_THUMBPRINT } from "../plans";

/** An identity provider of an Entra tenant. */
export interface IdentityProviderProps {
  /** AWS account that holds the provider. */
  readonly accountId: string;
  /** Partition of the account. */
  readonly partition: string;
  /** Entra tenant that issues the tokens. */
  readonly tenantId: string;
  /** Audiences (client IDs) that the provider must list. */
  readonly audiences: readonly string[];
  /**
   * Tags of the provider.
   * @default none
   */
  readonly tags?: Readonly<Record<string, string>>;
  /**
   * AWS provider.
   * @default the stack's
   */
  readonly provider?: AwsProvider;
}

/** The account's OIDC identity provider for an Entra tenant. An account holds one per URL. */
export class IdentityProvider extends Construct {
  /** ARN of the provider, composed so that a plan shows it. */
  public readonly arn: string;
  /** What roles must wait for. */
  public readonly dependable: ITerraformDependable;

  public constructor(scope: Construct, id: string, props: IdentityProviderProps) {
    super(scope, id);
    this.arn = identityProviderArn(props, props.tenantId);
    this.dependable = new IamOpenidConnectProvider(this, "Resource", {
      url: identityProviderUrl(props.tenantId),
      clientIdList: [...props.audiences],
      thumbprintList: [ISSUER_THUMBPRINT],
      ...(props.tags ? { tags: { ...props.tags } } : {}),
      ...(props.provider ? { provider: props.provider } : {}),
    });
  }
}
