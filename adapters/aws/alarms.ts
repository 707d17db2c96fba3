import { CloudWatchClient, paginateDescribeAlarms } from "@aws-sdk/client-cloudwatch";
import { sdkLimits } from "./sdk";

/** An alarm that rings. */
export interface RingingAlarm {
  readonly name: string;
  /** The symptom, and the runbook section with its remedy. */
  readonly description: string;
  /** Since when: ISO 8601. */
  readonly since: string;
}

/** Alarms of one answer, and answers that are asked for: among them are those of stacks whose names begin alike. */
const PAGE_ALARMS = 100;
const MOST_PAGES = 5;
const ANSWER_MS = 2_000;

export function awsAlarms(): { alarms(stack: string): Promise<readonly RingingAlarm[]> } {
  const client = new CloudWatchClient(sdkLimits);
  return { alarms: (stack) => ringingAlarms(client, stack) };
}

/** The alarms of a stack that ring now, as CloudFormation names them: the stack, the resource, an end. */
export async function ringingAlarms(client: CloudWatchClient, stack: string): Promise<readonly RingingAlarm[]> {
  const alarms: RingingAlarm[] = [];
  let pages = 0;
  for await (const { MetricAlarms = [] } of paginateDescribeAlarms(
    { client, pageSize: PAGE_ALARMS },
    { AlarmNamePrefix: `${stack}-`, StateValue: "ALARM", AlarmTypes: ["MetricAlarm"] },
    { abortSignal: AbortSignal.timeout(ANSWER_MS) },
  )) {
    for (const { AlarmName: name = "", AlarmDescription: description = "", StateUpdatedTimestamp: since = new Date(0) } of MetricAlarms) {
      // Those of a stack whose name begins with this one's have more parts.
      if (/^\w+-\w+$/.test(name.slice(stack.length + 1))) alarms.push({ name, description, since: since.toISOString() });
    }
    if (++pages === MOST_PAGES) break;
  }
  return alarms;
}
