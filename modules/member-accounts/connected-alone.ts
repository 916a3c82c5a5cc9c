import { TerraformStack } from "cdktf";
import type { Construct } from "constructs";

/** An account that a stack connects by itself. */
export interface ConnectedAlone {
  /** The account. */
  readonly awsAccountId: string;
  /** Path of the construct that connects it. */
  readonly path: string;
}

/** The members of an organization that a stack connects. */
interface Members extends Construct {
  mustLeaveOut(account: ConnectedAlone): void;
}

interface Connected {
  readonly organizations: Members[];
  readonly alone: ConnectedAlone[];
}

const connected = new WeakMap<TerraformStack, Connected>();

/** Records that a construct connects an account by itself: every organization of the stack must leave it out. */
export function connectAlone(construct: Construct, awsAccountId: string): void {
  const { organizations, alone } = connectedIn(construct);
  const account = { awsAccountId, path: construct.node.path };
  for (const members of organizations) {
    members.mustLeaveOut(account);
  }
  alone.push(account);
}

/** Records that a stack connects the members of an organization: it must leave out what the stack connects alone. */
export function connectMembers(members: Members): void {
  const { organizations, alone } = connectedIn(members);
  for (const account of alone) {
    members.mustLeaveOut(account);
  }
  organizations.push(members);
}

function connectedIn(construct: Construct): Connected {
  const stack = TerraformStack.of(construct);
  const found = connected.get(stack) ?? { organizations: [], alone: [] };
  connected.set(stack, found);
  return found;
}
