import { CloudWatchClient, paginateDescribeAlarms } from "@aws-sdk/client-cloudwatch";
import { sdkLimits } from "./sdk";

export interface RingingAlarm {
  readonly name: string;
  /** The symptom, and the runbook section with its remedy. */
  readonly description: string;
  /** Time at which the alarm entered the state ALARM: ISO 8601. */
  readonly since: string;
}

const PAGE_ALARMS = 100;
const ANSWER_MS = 2_000;

export function awsAlarms(): { alarms(stack: string): Promise<readonly RingingAlarm[]> } {
  const client = new CloudWatchClient(sdkLimits);
  return { alarms: (stack) => ringingAlarms(client, stack) };
}

/**
 * Returns the stack's alarms that are in state ALARM. CloudFormation names an alarm STACK-RESOURCE-SUFFIX. Rejects if not all pages come in
 * time: one page may not suffice, because the prefix `gatehouse-` also finds alarms of a stack `gatehouse-test`.
 */
export async function ringingAlarms(
  client: CloudWatchClient,
  stack: string,
  abortSignal = AbortSignal.timeout(ANSWER_MS),
): Promise<readonly RingingAlarm[]> {
  const alarms: RingingAlarm[] = [];
  for await (const { MetricAlarms = [] } of paginateDescribeAlarms(
    { client, pageSize: PAGE_ALARMS },
    { AlarmNamePrefix: `${stack}-`, StateValue: "ALARM", AlarmTypes: ["MetricAlarm"] },
    { abortSignal },
  )) {
    for (const { AlarmName: name = "", AlarmDescription: description = "", StateUpdatedTimestamp: since = new Date(0) } of MetricAlarms) {
      // After the stack's name, only resource and suffix may follow. More parts belong to the name of another stack.
      if (/^\w+-\w+$/.test(name.slice(stack.length + 1))) alarms.push({ name, description, since: since.toISOString() });
    }
  }
  return alarms;
}
