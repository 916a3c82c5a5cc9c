export interface OrganizationProps {
  /** @default the account of Terraform's credentials */
  readonly managementAccountId?: string;
  /** @default "r-ab12" */
  readonly rootId?: string;
  /** @default "ALL" */
  readonly featureSet?: "ALL" | "CONSOLIDATED_BILLING";
  /** Services with trusted access. @default CloudFormation StackSets */
  readonly trustedServices?: readonly string[];
}

export const STACK_SETS_SERVICE = "member.org.stacksets.cloudformation.amazonaws.com";

/** Who follows when an account joins or moves. */
interface Followers {
  accountAdded(accountId: string): Promise<void>;
  accountMoved(accountId: string, targetsBefore: readonly string[]): Promise<void>;
}

interface Unit {
  readonly id: string;
  readonly name: string;
  readonly parentId: string;
}

interface Member {
  readonly id: string;
  parentId: string;
  status: "ACTIVE" | "SUSPENDED";
}

/** AWS Organizations: units, accounts, and who follows when an account joins or moves. */
export class Organization {
  readonly managementAccountId: string;
  readonly rootId: string;
  readonly featureSet: string;
  readonly trustedServices: readonly string[];
  readonly units: Unit[] = [];
  private readonly members: Member[] = [];

  constructor(
    private readonly followers: Followers,
    props: OrganizationProps & { readonly managementAccountId: string },
  ) {
    this.managementAccountId = props.managementAccountId;
    this.rootId = props.rootId ?? "r-ab12";
    this.featureSet = props.featureSet ?? "ALL";
    this.trustedServices = props.trustedServices ?? [STACK_SETS_SERVICE];
    this.members.push({ id: this.managementAccountId, parentId: this.rootId, status: "ACTIVE" });
  }

  addUnit(id: string, parentId = this.rootId): void {
    this.units.push({ id, name: id, parentId });
  }

  /** An account joins; StackSets with auto-deployment follow. */
  async addAccount(id: string, parentId = this.rootId): Promise<void> {
    this.members.push({ id, parentId, status: "ACTIVE" });
    await this.followers.accountAdded(id);
  }

  /** An account moves to another unit; StackSets with auto-deployment follow. */
  async moveAccount(id: string, parentId: string): Promise<void> {
    const member = this.member(id);
    const before = this.targetsAbove(id);
    member.parentId = parentId;
    await this.followers.accountMoved(id, before);
  }

  suspendAccount(id: string): void {
    this.member(id).status = "SUSPENDED";
  }

  accounts(): readonly Readonly<Member>[] {
    return this.members;
  }

  exists(targetId: string): boolean {
    return targetId === this.rootId || this.units.some(({ id }) => id === targetId);
  }

  /** The root and the units that an account is below. */
  targetsAbove(accountId: string): string[] {
    const above: string[] = [];
    let parent: string | undefined = this.member(accountId).parentId;
    while (parent !== undefined) {
      above.push(parent);
      const current: string = parent;
      parent = this.units.find(({ id }) => id === current)?.parentId;
    }
    return above;
  }

  /** Accounts that a StackSet reaches below the target: never the management account, and no suspended one. */
  reachedBy(targetId: string): string[] {
    return this.members
      .filter(({ id, status }) => id !== this.managementAccountId && status === "ACTIVE")
      .map(({ id }) => id)
      .filter((id) => this.targetsAbove(id).includes(targetId));
  }

  private member(id: string): Member {
    const member = this.members.find((other) => other.id === id);
    if (member === undefined) {
      throw new Error(`account ${id} does not belong to the organization`);
    }
    return member;
  }
}
