import { PRINCIPAL_STATEMENTS } from "../iam";
import type { PolicyStatement } from "../iam";
import { list, object, offOr, optional, text, TEXT, withRule } from "../inputs";
import type { Report } from "../inputs";

/**
 * Open-source databases on RDS and Aurora. Microsoft publishes neither the trust nor the resources of the role: take
 * both from the template that the portal generates (enable-defender-for-databases-aws.md, 2026-07-03).
 */
export interface OpenSourceDatabases {
  /** Trust statements of the role DefenderForCloud-DataThreatProtectionDB. */
  readonly trustStatements: readonly PolicyStatement[];
  /** Resource ARNs of the role's statement. */
  readonly resources: readonly string[];
  /**
   * Audience that those statements name, so that the identity provider lists it.
   * @default none: the statements name no audience
   */
  readonly audience?: string;
}

/** What the user takes from the portal's template. */
export const OPEN_SOURCE_DATABASES = offOr(
  withRule(
    object<OpenSourceDatabases>()({
      trustStatements: withRule(PRINCIPAL_STATEMENTS, checkTokenConditions),
      resources: list(text(TEXT), { least: 1 }),
      audience: optional(text(TEXT)),
    }),
    ({ audience, trustStatements }, at, report) => {
      if (audience !== undefined && !JSON.stringify(trustStatements).includes(JSON.stringify(audience))) {
        report.fault(`${at}.audience`, audience, "no trust statement names it: give the one that they name");
      }
    },
  ),
  "Microsoft does not publish the trust and the resources of this role: give trustStatements and resources from the portal's template, or false",
);

/**
 * An audience names an application, which serves all customers; the session name is what binds a role to one tenant.
 * Microsoft's own trusts have both conditions.
 */
function checkTokenConditions(statements: readonly PolicyStatement[], at: string, report: Report): void {
  if (statements.length === 0) {
    report.fault(at, statements, "expected at least one statement");
  }
  statements.forEach(({ Effect, Principal, Condition }, index) => {
    if (Effect !== "Allow" || Principal === "*" || !Principal?.Federated) {
      return;
    }
    const keys = Object.values(Condition ?? {}).flatMap((condition) => Object.keys(condition ?? {}));
    for (const ending of [":aud", "sts:RoleSessionName"]) {
      if (!keys.some((key) => key.toLowerCase().endsWith(ending.toLowerCase()))) {
        report.fault(
          `${at}[${index}].Condition`,
          Condition,
          `it lacks a condition on ${ending}, and others could assume the role: take the statement whole from the portal's template`,
        );
      }
    }
  });
}
