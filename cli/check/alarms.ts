import type { FanoutAlarm } from "../../modules/cloudtrail-fanout/alarms";
import type { AlarmFacts } from "../aws/alarms";
import type { Reading } from "../reading";
import type { ExpectedFanout } from "./expected";
import { checked, together, whenRead } from "./finding";
import type { CheckResult, Finding } from "./finding";
import { APPLY } from "./remedies";

/** Whether each alarm of the fan-out watches what it should, notifies whom it should, and is silent. */
export function checkAlarms({ alarms, inputs }: ExpectedFanout, reading: Reading<readonly AlarmFacts[]>): CheckResult {
  const actionArns = inputs.alarms?.actionArns ?? [];
  return alarms.length === 0
    ? together([])
    : whenRead("alarms", reading, (found) =>
        together(
          alarms.map((alarm) => {
            const subject = `alarm ${alarm.name}`;
            const actual = found.find(({ name }) => name === alarm.name);
            return checked(
              `${subject}: metric, threshold, actions, state`,
              actual === undefined
                ? [
                    {
                      subject,
                      wrong: "it does not exist: nobody learns of a reader that stops",
                      expected: subject,
                      found: "no alarm of this name",
                      remedy: "run terraform plan: it creates it again; apply",
                    },
                  ]
                : alarmFindings(subject, alarm, actionArns, actual),
            );
          }),
        ),
      );
}

function alarmFindings(
  subject: string,
  alarm: FanoutAlarm,
  actionArns: readonly string[],
  actual: AlarmFacts,
): Finding[] {
  const settings = [
    ["metric", `${alarm.metricName} of ${alarm.queueName}`, `${actual.metricName} of ${actual.queueName}`],
    ["threshold", String(alarm.threshold), String(actual.threshold)],
    ["action", [...actionArns].sort().join(", ") || "none", [...actual.actionArns].sort().join(", ") || "none"],
    ...(actionArns.length > 0 ? ([["switch for actions", "on", actual.actionsEnabled ? "on" : "off"]] as const) : []),
  ] as const;
  return [
    ...settings
      .filter(([, expected, found]) => expected !== found)
      .map(([setting, expected, found]) => ({
        subject,
        wrong: `its ${setting} is not what is declared`,
        expected,
        found,
        remedy: APPLY,
      })),
    ...(actual.state === "ALARM"
      ? [{ subject, wrong: "it fires", expected: "OK", found: actual.reason, remedy: alarm.description }]
      : []),
  ];
}
