import type { AwsClient, Service } from "./client";

export const alarmsService: Service = {
  name: "monitoring",
  target: "GraniteServiceVersion20100801",
  contentType: "application/x-amz-json-1.0",
  endpointVariable: "AWS_ENDPOINT_URL_CLOUDWATCH",
};

/** An alarm that rings. */
export interface RingingAlarm {
  readonly name: string;
  /** What it says, and where the runbook tells what to do. */
  readonly description: string;
  /** Since when: ISO 8601. */
  readonly since: string;
}

/** More are not told apart on a page. */
const MOST = 50;
const ANSWER_MS = 2_000;

interface DescribedAlarm {
  readonly AlarmName?: string;
  readonly AlarmDescription?: string;
  /** Epoch seconds. */
  readonly StateUpdatedTimestamp?: number;
}

/** The alarms of a stack that ring now, as CloudFormation names them: the stack, the resource, an end. */
export async function ringingAlarms(client: AwsClient, stack: string): Promise<readonly RingingAlarm[]> {
  const { MetricAlarms = [] } = await client.call<{ MetricAlarms?: readonly DescribedAlarm[] }>(
    "DescribeAlarms",
    { AlarmNamePrefix: `${stack}-`, StateValue: "ALARM", AlarmTypes: ["MetricAlarm"], MaxRecords: MOST },
    AbortSignal.timeout(ANSWER_MS),
  );
  return MetricAlarms.flatMap(({ AlarmName: name = "", AlarmDescription: description = "", StateUpdatedTimestamp: seconds = 0 }) => {
    // Those of a stack whose name begins with this one's have more parts.
    if (!/^\w+-\w+$/.test(name.slice(stack.length + 1))) return [];
    return [{ name, description, since: new Date(seconds * 1_000).toISOString() }];
  });
}
