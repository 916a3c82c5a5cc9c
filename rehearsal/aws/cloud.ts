import { SimulationClock, type Operation } from "../simulation-clock";
import { CloudError } from "../cloud-error";
import { AwsAccount } from "./account";
import { StackSets } from "./cloudformation/stack-sets";
import { Stacks } from "./cloudformation/stacks";
import { Organization, type OrganizationProps } from "./organization";
import type { CloudSpace } from "./space";

export interface AwsCloudProps {
  /** The account that Terraform's credentials belong to: 12 digits. */
  readonly callerAccountId: string;
  /** Region of the provider when the stack does not set one. */
  readonly region: string;
  /** @default "aws" */
  readonly partition?: string;
  /** Seconds until a change of IAM is seen outside the account. @default 10 */
  readonly iamPropagationSeconds?: number;
}

/** AWS in memory: accounts with their objects. */
export class AwsCloud implements CloudSpace {
  readonly clock = new SimulationClock();
  /** The account that Terraform's credentials belong to; it changes with the credentials. */
  callerAccountId: string;
  readonly region: string;
  readonly partition: string;
  readonly iamPropagationSeconds: number;
  readonly stacks = new Stacks(this);
  readonly stackSets = new StackSets(this);
  organization: Organization | undefined;
  private readonly accountsById = new Map<string, AwsAccount>();

  constructor(props: AwsCloudProps) {
    if (!/^\d{12}$/.test(props.callerAccountId)) {
      throw new Error(`callerAccountId must be an AWS account id of 12 digits, got "${props.callerAccountId}"`);
    }
    this.callerAccountId = props.callerAccountId;
    this.region = props.region;
    this.partition = props.partition ?? "aws";
    this.iamPropagationSeconds = props.iamPropagationSeconds ?? 10;
  }

  /** Domain of the service endpoints. */
  get urlSuffix(): string {
    return this.partition === "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com";
  }

  /** The account with this id; it is created on the first call. */
  account(id: string): AwsAccount {
    const account = this.accountsById.get(id) ?? new AwsAccount(this, id);
    this.accountsById.set(id, account);
    return account;
  }

  get caller(): AwsAccount {
    return this.account(this.callerAccountId);
  }

  accounts(): AwsAccount[] {
    return [...this.accountsById.values()];
  }

  /** Makes the accounts members of an organization. */
  createOrganization(props: OrganizationProps = {}): Organization {
    this.organization = new Organization(this.stackSets, { managementAccountId: this.callerAccountId, ...props });
    return this.organization;
  }

  organizationInUse(): Organization {
    if (this.organization === undefined) {
      throw new CloudError("AWSOrganizationsNotInUseException: Your account is not a member of an organization.");
    }
    return this.organization;
  }

  /** What was done in both clouds, in order. */
  get log(): readonly Operation[] {
    return this.clock.log;
  }
}
