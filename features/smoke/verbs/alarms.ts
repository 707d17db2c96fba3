import { setTimeout as sleep } from "node:timers/promises";
import {
  CloudWatchClient,
  DescribeAlarmHistoryCommand,
  DescribeAlarmsCommand,
  type MetricAlarm,
  SetAlarmStateCommand,
  type StateValue,
} from "@aws-sdk/client-cloudwatch";
import { paginateListSubscriptionsByTopic, SNSClient, type Subscription } from "@aws-sdk/client-sns";
import { buildOutputKey } from "../../../adapters/aws/deployment-name";
import { ASKING_LIMIT_MS, type AwsAccess } from "../../../cli/aws/account";
import type { Stack } from "../../../cli/aws/stack";
import type { Fault } from "../../../cli/failure";
import { explainError, isSdkRefusal } from "../../../cli/failure";
import { failProbe, type ProbeResult, skipProbe, timedProbe } from "../../../cli/probe";

const EVERY_MS = 1_000;
/** Maximum time to wait for an alarm's mail, which is sent within seconds. */
const WAIT_MS = 20_000;
const DRILL_REASON = "A drill: npm run gate -- smoke --alarms rings each alarm once. Nothing is wrong.";
const OVER_REASON = "The drill is over.";

export function skipAlarms(isLocal: boolean): ProbeResult {
  const why = isLocal ? "npm start has none" : "--alarms rings each once and mails its subscribers";
  return { check: "alarm", what: "of every kind", skipped: why };
}

export async function* ringAlarms(stack: Stack): AsyncGenerator<ProbeResult> {
  const begin = `${buildOutputKey(stack.name, "")}Alarms`;
  const alarms = (await stack.resources("AWS::CloudWatch::Alarm")).filter(({ logicalId }) => logicalId.startsWith(begin));
  if (stack.status.endsWith("_IN_PROGRESS")) {
    yield { check: "alarm", what: `all ${alarms.length}`, skipped: "the stack is being deployed, and an alarm would roll that back" };
    return;
  }
  const cloudWatch = new CloudWatchClient(stack.account.sdk);
  const topics = new Map<string, readonly Subscription[]>();
  for (const { logicalId, physicalId } of alarms) {
    // "AlarmsFailedClosed0AD400E3" -> "FailedClosed"
    const what = logicalId.slice(begin.length).replace(/[0-9A-F]{8}$/, "");
    try {
      const { MetricAlarms: [alarm] = [] } = await cloudWatch.send(
        new DescribeAlarmsCommand({ AlarmNames: [physicalId] }),
        createTimeLimit(),
      );
      for (const topic of listTopics(alarm ?? {}).filter((each) => !topics.has(each))) {
        const subscriptions = await listSubscriptions(stack.account, topic);
        topics.set(topic, subscriptions);
        yield subscriptionResult(topic, subscriptions, stack.account);
      }
      yield await timedProbe("alarm", what, () => ringAlarm(cloudWatch, physicalId, alarm, topics));
    } catch (error) {
      if (!isSdkRefusal(error)) throw error;
      yield { check: "alarm", what, faults: [{ id: "alarm.unknown", what: "AWS does not let it be rung.", fix: explainError(error) }] };
    }
  }
}

function listTopics({ AlarmActions = [] }: MetricAlarm): readonly string[] {
  return AlarmActions.filter((arn) => /^arn:[^:]+:sns:/.test(arn));
}

function subscriptionResult(topic: string, subscriptions: readonly Subscription[], { region }: AwsAccess): ProbeResult {
  const again = `aws sns subscribe --region ${region} --topic-arn ${topic} --protocol email --notification-endpoint ADDRESS`;
  const confirm = `Follow the link in the mail AWS Notification - Subscription Confirmation. It is valid for three days; after that: ${again}`;
  const nobody = { id: "topic.no-subscription", what: "Nobody gets the alarms: the topic has no subscription.", fix: `Run ${again}` };
  const unconfirmedFaults = subscriptions
    .filter((each) => !isConfirmed(each))
    .map(({ Endpoint, Protocol }): Fault => {
      const what = `${Endpoint} (${Protocol}) has not confirmed the subscription and is not notified.`;
      return { id: "topic.unconfirmed", what, fix: confirm };
    });
  const faults = subscriptions.length === 0 ? [nobody] : unconfirmedFaults;
  return { check: "topic", what: topic.split(":").at(-1) ?? topic, told: `notifies ${subscriberNames(subscriptions)}`, faults };
}

function isConfirmed({ SubscriptionArn }: Subscription): boolean {
  return SubscriptionArn?.startsWith("arn:") ?? false;
}

function subscriberNames(subscriptions: readonly Subscription[]): string {
  return subscriptions
    .filter(isConfirmed)
    .map(({ Endpoint, Protocol }) => `${Endpoint} (${Protocol})`)
    .join(", ");
}

/** Rings the alarm as a test. If the alarm would notify nobody or already rings, ends the probe. */
async function ringAlarm(
  cloudWatch: CloudWatchClient,
  name: string,
  alarm: MetricAlarm | undefined,
  topics: ReadonlyMap<string, readonly Subscription[]>,
) {
  if (alarm === undefined) {
    const fix = "Deploy again; a changed property of the alarm, such as another runbookUrl, makes CloudFormation create it again.";
    failProbe("alarm.missing", "CloudWatch has no such alarm: somebody has deleted it.", fix);
  }
  const notifiedTopics = listTopics(alarm);
  if (notifiedTopics.length === 0) {
    failProbe("alarm.nobody", "It shows only in CloudWatch and notifies nobody.", "Set alarmEmail in settings.ts and deploy again.");
  }
  if (alarm.ActionsEnabled === false) {
    const region = await cloudWatch.config.region();
    const fix = `Run aws cloudwatch enable-alarm-actions --region ${region} --alarm-names ${name}`;
    failProbe("alarm.disabled", "Its actions are switched off.", fix);
  }
  if (alarm.StateValue === "ALARM") skipProbe("it rings already, and not as a drill: docs/runbook.md");
  const actions = await actionsAfterDrill(cloudWatch, name, alarm);
  const subscribers = subscriberNames(notifiedTopics.flatMap((topic) => topics.get(topic) ?? []));
  return { told: `notified ${subscribers || "nobody"}`, faults: notifiedTopics.flatMap((topic) => deliveryFaults(topic, actions)) };
}

async function actionsAfterDrill(
  cloudWatch: CloudWatchClient,
  AlarmName: string,
  { StateValue = "OK", AlarmActions = [] }: MetricAlarm,
): Promise<readonly string[]> {
  const setState = async (state: StateValue, StateReason: string) => {
    await cloudWatch.send(new SetAlarmStateCommand({ AlarmName, StateValue: state, StateReason }), createTimeLimit());
  };
  const listActions = async () => {
    const newest = { AlarmName, HistoryItemType: "Action", ScanBy: "TimestampDescending", MaxRecords: 10 } as const;
    const { AlarmHistoryItems = [] } = await cloudWatch.send(new DescribeAlarmHistoryCommand(newest), createTimeLimit());
    return AlarmHistoryItems.map(({ Timestamp, HistorySummary = "" }) => ({ at: Timestamp?.getTime() ?? 0, summary: HistorySummary }));
  };
  const [last] = await listActions();
  await setState("ALARM", DRILL_REASON);
  try {
    const until = performance.now() + WAIT_MS;
    for (;;) {
      const newActions = (await listActions()).filter(({ at }) => at > (last?.at ?? 0)).map(({ summary }) => summary);
      if (newActions.length >= AlarmActions.length || performance.now() > until) return newActions;
      await sleep(EVERY_MS);
    }
  } finally {
    await setState(StateValue, OVER_REASON);
  }
}

function deliveryFaults(topic: string, actions: readonly string[]): readonly Fault[] {
  const line = actions.find((each) => each.includes(topic));
  if (line?.startsWith("Successfully")) return [];
  const what =
    line === undefined ? `It rang, but CloudWatch did not notify ${topic} in time.` : `It rang, but nobody was notified: ${line}`;
  const fix =
    "Look at the topic's access policy, and the key that encrypts it: both have to let cloudwatch.amazonaws.com publish. Deploy again.";
  return [{ id: "alarm.not-told", what, fix }];
}

async function listSubscriptions({ sdk }: AwsAccess, TopicArn: string): Promise<readonly Subscription[]> {
  const allSubscriptions: Subscription[] = [];
  for await (const { Subscriptions = [] } of paginateListSubscriptionsByTopic({ client: new SNSClient(sdk) }, { TopicArn })) {
    allSubscriptions.push(...Subscriptions);
  }
  return allSubscriptions;
}

const createTimeLimit = () => ({ abortSignal: AbortSignal.timeout(ASKING_LIMIT_MS) });
