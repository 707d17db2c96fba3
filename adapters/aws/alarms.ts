import type { World } from "../world";
import { type AwsClient, awsClient, type Service } from "./client";

const alarmsService: Service = {
  name: "monitoring",
  target: "GraniteServiceVersion20100801",
  contentType: "application/x-amz-json-1.0",
  endpointVariable: "AWS_ENDPOINT_URL_CLOUDWATCH",
};

export const awsAlarms = (): Pick<World, "alarms"> => ({ alarms: awsClient(alarmsService) });

/** An alarm that rings. */
export interface RingingAlarm {
  readonly name: string;
  /** What it says, and where the runbook tells what to do. */
  readonly description: string;
  /** Since when: ISO 8601. */
  readonly since: string;
}

/** Alarms of one answer, and answers that are asked for: among them are those of stacks whose names begin alike. */
const PAGE_ALARMS = 100;
const MOST_PAGES = 5;
const ANSWER_MS = 2_000;

interface DescribedAlarm {
  readonly AlarmName?: string;
  readonly AlarmDescription?: string;
  /** Epoch seconds. */
  readonly StateUpdatedTimestamp?: number;
}

/** The alarms of a stack that ring now, as CloudFormation names them: the stack, the resource, an end. */
export async function ringingAlarms(client: AwsClient, stack: string): Promise<readonly RingingAlarm[]> {
  const signal = AbortSignal.timeout(ANSWER_MS);
  const alarms: DescribedAlarm[] = [];
  let next: string | undefined;
  for (let page = 0; page < MOST_PAGES; page++) {
    const { MetricAlarms = [], NextToken } = await client.call<{ MetricAlarms?: readonly DescribedAlarm[]; NextToken?: string }>(
      "DescribeAlarms",
      { AlarmNamePrefix: `${stack}-`, StateValue: "ALARM", AlarmTypes: ["MetricAlarm"], MaxRecords: PAGE_ALARMS, NextToken: next },
      signal,
    );
    alarms.push(...MetricAlarms);
    next = NextToken;
    if (next === undefined) break;
  }
  return alarms.flatMap(({ AlarmName: name = "", AlarmDescription: description = "", StateUpdatedTimestamp: seconds = 0 }) => {
    // Those of a stack whose name begins with this one's have more parts.
    if (!/^\w+-\w+$/.test(name.slice(stack.length + 1))) return [];
    return [{ name, description, since: new Date(seconds * 1_000).toISOString() }];
  });
}
