import type { ConnectorFacts } from "../azure/connectors";
import type { ExpectedConnector } from "./expected";
import type { ConnectorsFacts } from "./facts";
import { checked, whenRead } from "./finding";
import type { CheckResult, Finding } from "./finding";
import { tagFindings } from "./tags";

/** Whether the service reports the connector with the account, the scan settings and the offerings of the configuration. */
export function checkConnector(expected: ExpectedConnector, connectors: ConnectorsFacts): CheckResult {
  const subject = `connector ${expected.name}`;
  return whenRead(subject, connectors, (found) => {
    const connector = found.find(({ id }) => id.toLowerCase() === expected.id.toLowerCase());
    const { offerings } = expected.properties;
    return checked(
      `${subject}: account, members, scan settings, ${offerings.length} offerings, tags`,
      connector === undefined
        ? [missing(subject, expected, found)]
        : [
            ...locationFindings(subject, expected, connector),
            ...[
              ...differences(expected.properties, connector.properties),
              ...membershipDifferences(expected, connector),
            ].map((difference) => ({ subject, ...difference, remedy: remedyOf(expected) })),
            ...tagFindings(subject, expected.tags, connector.tags ?? {}, remedyOf(expected)),
          ],
    );
  });
}

/** The template deployment reads its record only (docs/connector-engines.md). */
function remedyOf({ engine }: ExpectedConnector): string {
  return engine === "azapi"
    ? "run terraform plan: it shows the difference; apply it, or say in the configuration what was changed in the portal"
    : "terraform plan does not show it (docs/connector-engines.md): apply with -replace of the template deployment, or say in the configuration what was changed in the portal";
}

function missing(subject: string, { id, properties }: ExpectedConnector, found: readonly ConnectorFacts[]): Finding {
  const other = found.find((connector) => connector.properties.hierarchyIdentifier === properties.hierarchyIdentifier);
  return {
    subject,
    wrong: "it does not exist",
    expected: id,
    found:
      other === undefined ? `no connector with id ${id}` : `account ${properties.hierarchyIdentifier} has ${other.id}`,
    remedy:
      other === undefined
        ? "run terraform plan and apply"
        : "correct connectorName, or delete the other connector: Defender takes one for each account",
  };
}

function locationFindings(subject: string, expected: ExpectedConnector, { location }: ConnectorFacts): Finding[] {
  const plain = (text: string) => text.toLowerCase().replaceAll(" ", "");
  return plain(location) === plain(expected.location)
    ? []
    : [
        {
          subject,
          wrong: "its location is not what is declared",
          expected: expected.location,
          found: location,
          remedy: "correct location, or replace the connector: a location cannot be changed",
        },
      ];
}

type Difference = Pick<Finding, "wrong" | "expected" | "found">;

/** A connector of one account that somebody made that of an organization connects every member. */
function membershipDifferences({ properties }: ExpectedConnector, connector: ConnectorFacts): Difference[] {
  const { organizationalData } = (connector.properties.environmentData ?? {}) as {
    readonly organizationalData?: object;
  };
  return properties.environmentData.organizationalData === undefined && organizationalData
    ? [
        {
          wrong: "it is that of an organization, although the configuration connects one account",
          expected: "no environmentData.organizationalData",
          found: shown(organizationalData),
        },
      ]
    : [];
}

/**
 * Where the answer lacks what was declared. Fields that the service adds do not count; an offering that nothing declares
 * does: a plan is on that nobody chose here.
 */
function differences(expected: unknown, actual: unknown, at = ""): Difference[] {
  if (Array.isArray(expected)) {
    return listDifferences(expected as unknown[], Array.isArray(actual) ? (actual as unknown[]) : [], at);
  }
  if (typeof expected === "object" && expected !== null) {
    const found = (typeof actual === "object" && actual !== null ? actual : {}) as Readonly<Record<string, unknown>>;
    return Object.entries(expected).flatMap(([key, value]) =>
      differences(value, found[key], at === "" ? key : `${at}.${key}`),
    );
  }
  return sameText(expected, actual)
    ? []
    : [{ wrong: `${at} is not what is declared`, expected: shown(expected), found: shown(actual) }];
}

function listDifferences(expected: readonly unknown[], actual: readonly unknown[], at: string): Difference[] {
  const typeOf = (entry: unknown) => (entry as { readonly offeringType?: string }).offeringType;
  if (at !== "offerings") {
    const texts = (list: readonly unknown[]) => list.map(String).sort().join(", ");
    return texts(expected) === texts(actual)
      ? []
      : [
          {
            wrong: `${at} is not what is declared`,
            expected: texts(expected) || "empty",
            found: texts(actual) || "empty",
          },
        ];
  }
  return [
    ...expected.flatMap((offering) => {
      const type = typeOf(offering) ?? "";
      const found = actual.find((entry) => typeOf(entry) === type);
      return found === undefined
        ? [{ wrong: `offering ${type} is gone: the plan is off`, expected: "on", found: "off" }]
        : differences(offering, found, type);
    }),
    ...actual
      .map((entry) => typeOf(entry) ?? "")
      .filter((type) => !expected.some((offering) => typeOf(offering) === type))
      .map((type) => ({
        wrong: `offering ${type} is there, which nothing declares: the plan is on, and may be billed`,
        expected: "off",
        found: "on",
      })),
  ];
}

/** The service returns GUIDs and ids in lower case. */
function sameText(left: unknown, right: unknown): boolean {
  return (
    left === right ||
    (typeof left === "string" && typeof right === "string" && left.toLowerCase() === right.toLowerCase())
  );
}

function shown(value: unknown): string {
  return value === undefined ? "not set" : typeof value === "string" ? value : JSON.stringify(value);
}
