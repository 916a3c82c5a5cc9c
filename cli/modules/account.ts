import { AccountOnboarding } from "../../modules";
import type { Blocks } from "../hcl";
import { onboardingModule } from "./onboarding";

/** The blocks of the module `account`, by file. */
export function accountModule(): Readonly<Record<string, Blocks>> {
  return onboardingModule({
    account: "The AWS account",
    add: (stack, props) => {
      new AccountOnboarding(stack, "Onboarding", props);
    },
  });
}
