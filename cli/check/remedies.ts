import type { ExpectedAccount } from "./expected";

/** What to do about something that a plan shows. */
export const APPLY = "run terraform plan: it shows the difference; apply it, or change the configuration";

/** What to do about an object that differs: nobody but Terraform sees what was changed by hand. */
export function remedyIn(madeBy: ExpectedAccount["madeBy"]): string {
  return madeBy === "Terraform"
    ? APPLY
    : "change it back in that account: neither Terraform nor an update of the StackSet sees it (docs/organization.md)";
}

/** What to do about an object that is gone. */
export function remedyForMissing(madeBy: ExpectedAccount["madeBy"]): string {
  return madeBy === "Terraform"
    ? "run terraform plan: it creates it again; apply"
    : "delete the account's stack instance and create it again: CloudFormation does not see what is gone (docs/organization.md)";
}
