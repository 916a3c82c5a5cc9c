import type { PolicyStatement } from "../iam";
import type { AccessLevel } from "./access-level";

/**
 * What the cspmMonitor role of a management account must read besides, to find the members: the organization and its
 * accounts, and the StackSet that carries the roles. At level `default` ReadOnlyAccess covers it. At `leastPrivilege`
 * Microsoft's list of 2024-02 covers the StackSet but nothing of Organizations; no source gives a list for management
 * accounts, so these are the actions without which accounts cannot be enumerated (inferred).
 */
export function organizationReadStatements(level: AccessLevel): PolicyStatement[] {
  return level === "default"
    ? []
    : [
        {
          Sid: "EnumerateOrganization",
          Effect: "Allow",
          // Reads of Organizations that enumerate know no resource-level permissions.
          Action: ["organizations:DescribeOrganization", "organizations:ListAccounts"],
          Resource: ["*"],
        },
      ];
}
