import { paginateListAccountsForParent, paginateListOrganizationalUnitsForParent } from "@aws-sdk/client-organizations";
import type { Reading } from "../reading";
import type { AwsClients } from "./clients";
import { reading } from "./errors";

/** An account of an organization. */
export interface MemberFacts {
  readonly id: string;
  readonly name: string;
}

/** The active accounts below roots or organizational units, also in nested units. */
export async function readMembers(
  { organizations }: Pick<AwsClients, "organizations">,
  targets: readonly string[],
): Promise<Reading<readonly MemberFacts[]>> {
  return reading(async () => {
    const members: MemberFacts[] = [];
    const parents = [...targets];
    for (let parent = parents.shift(); parent !== undefined; parent = parents.shift()) {
      for await (const page of paginateListAccountsForParent({ client: organizations }, { ParentId: parent })) {
        const active = (page.Accounts ?? []).filter(({ Status }) => Status === "ACTIVE");
        members.push(...active.map(({ Id = "", Name = "" }) => ({ id: Id, name: Name })));
      }
      for await (const page of paginateListOrganizationalUnitsForParent(
        { client: organizations },
        { ParentId: parent },
      )) {
        parents.push(...(page.OrganizationalUnits ?? []).map(({ Id = "" }) => Id));
      }
    }
    return members;
  });
}
