import { setTimeout as sleep } from "node:timers/promises";
import {
  CloudWatchClient,
  DescribeAlarmHistoryCommand,
  DescribeAlarmsCommand,
  SetAlarmStateCommand,
  type StateValue,
} from "@aws-sdk/client-cloudwatch";
import { paginateListSubscriptionsByTopic, SNSClient } from "@aws-sdk/client-sns";
import { outputKeyOf } from "../../../adapters/aws/deployment-name";
import { ASKING_LIMIT_MS, type AwsAccess } from "../../../cli/aws/account";
import type { DeployedResource, Stack } from "../../../cli/aws/stack";
import type { Fault } from "../../../cli/failure";
import { explained, isSdkRefusal } from "../../../cli/failure";
import { failProbe, type ProbeResult, skipProbe, timedProbe } from "../../../cli/probe";

const EVERY_MS = 1_000;
/** An alarm's mail is on its way within seconds. */
const WAIT_MS = 20_000;
const DRILL_REASON = "A drill: npm run gate -- smoke --alarms rings each alarm once. Nothing is wrong.";
const OVER_REASON = "The drill is over.";

/** The result for alarms that were not to be tested. */
export function alarmsUntouched(isLocal: boolean): ProbeResult {
  const why = isLocal ? "npm start has none" : "--alarms rings each once and mails its subscribers";
  return notRung("of every kind", why);
}

/** Rings every alarm once, and reports who was notified. */
export async function* ringAlarms(stack: Stack): AsyncGenerator<ProbeResult> {
  const begin = `${outputKeyOf(stack.name, "")}Alarms`;
  const alarms = (await stack.resources("AWS::CloudWatch::Alarm")).filter(({ logicalId }) => logicalId.startsWith(begin));
  if (stack.status.endsWith("_IN_PROGRESS")) {
    yield notRung(`all ${alarms.length}`, "the stack is being deployed, and an alarm would roll that back");
    return;
  }
  const cloudWatch = new CloudWatchClient(stack.account.sdk);
  const topics = new Map<string, readonly Subscription[]>();
  for (const alarm of alarms) {
    const what = titleOf(alarm, begin);
    try {
      const found = await alarmNamed(cloudWatch, alarm.physicalId);
      for (const topic of (found?.actions ?? []).filter(isTopic)) {
        if (topics.has(topic)) continue;
        const subscriptions = await subscriptionsOf(stack.account, topic);
        topics.set(topic, subscriptions);
        yield subscribed(topic, subscriptions, stack.account);
      }
      yield await ringAlarm(cloudWatch, what, found, { account: stack.account, topics });
    } catch (error) {
      if (!isSdkRefusal(error)) throw error;
      yield { check: "alarm", what, faults: [{ id: "alarm.unknown", what: "AWS does not let it be rung.", fix: explained(error) }] };
    }
  }
}

/** "AlarmsFailedClosed0AD400E3" -> "FailedClosed" */
function titleOf({ logicalId }: DeployedResource, begin: string): string {
  return logicalId.slice(begin.length).replace(/[0-9A-F]{8}$/, "");
}

function isTopic(arn: string): boolean {
  return /^arn:[^:]+:sns:/.test(arn);
}

/** True if somebody receives a topic's messages. */
function subscribed(topic: string, subscriptions: readonly Subscription[], { region }: AwsAccess): ProbeResult {
  const what = topic.split(":").at(-1) ?? topic;
  const again = `aws sns subscribe --region ${region} --topic-arn ${topic} --protocol email --notification-endpoint ADDRESS`;
  const open = subscriptions.filter(({ confirmed }) => !confirmed);
  const nobody: Fault = {
    id: "topic.no-subscription",
    what: "Nobody gets the alarms: the topic has no subscription.",
    fix: `Run ${again}`,
  };
  const faults = subscriptions.length === 0 ? [nobody] : open.map((each) => unconfirmed(each, again));
  return { check: "topic", what, told: `notifies ${namesOf(subscriptions)}`, faults };
}

function unconfirmed({ endpoint, protocol }: Subscription, again: string): Fault {
  const fix = `Follow the link in the mail AWS Notification - Subscription Confirmation. It is valid for three days; after that: ${again}`;
  return { id: "topic.unconfirmed", what: `${endpoint} (${protocol}) has not confirmed the subscription and is not notified.`, fix };
}

function namesOf(subscriptions: readonly Subscription[]): string {
  return subscriptions
    .filter(({ confirmed }) => confirmed)
    .map(({ endpoint, protocol }) => `${endpoint} (${protocol})`)
    .join(", ");
}

type Topics = ReadonlyMap<string, readonly Subscription[]>;

async function ringAlarm(
  cloudWatch: CloudWatchClient,
  what: string,
  alarm: DeployedAlarm | undefined,
  { account, topics }: { readonly account: AwsAccess; readonly topics: Topics },
): Promise<ProbeResult> {
  return await timedProbe("alarm", what, async () => {
    const rings = assertRings(alarm, account);
    if (rings.state === "ALARM") skipProbe("it rings already, and not as a drill: docs/runbook.md");
    const done = await actionsAfterDrill(cloudWatch, rings);
    const notified = rings.actions.flatMap((topic) => topics.get(topic) ?? []);
    return { told: `notified ${namesOf(notified) || "nobody"}`, faults: deliveryFaults(rings, done) };
  });
}

function notRung(what: string, skipped: string): ProbeResult {
  return { check: "alarm", what, skipped };
}

/** Ends the probe of an alarm that would notify no one. */
function assertRings(alarm: DeployedAlarm | undefined, { region }: AwsAccess): DeployedAlarm {
  if (alarm === undefined) {
    const fix = "Deploy again; a changed property of the alarm, such as another runbookUrl, makes CloudFormation create it again.";
    return failProbe("alarm.missing", "CloudWatch has no such alarm: somebody has deleted it.", fix);
  }
  if (!alarm.actions.some(isTopic)) {
    failProbe("alarm.nobody", "It shows only in CloudWatch and notifies nobody.", "Set alarmEmail in settings.ts and deploy again.");
  }
  if (alarm.rings) return alarm;
  const fix = `Run aws cloudwatch enable-alarm-actions --region ${region} --alarm-names ${alarm.name}`;
  return failProbe("alarm.disabled", "Its actions are switched off.", fix);
}

/** The actions of a tested alarm: a line a topic. The alarm's state is restored. */
async function actionsAfterDrill(cloudWatch: CloudWatchClient, { name, state, actions }: DeployedAlarm): Promise<readonly string[]> {
  const [last] = await actionsOf(cloudWatch, name);
  await setAlarmState(cloudWatch, name, "ALARM", DRILL_REASON);
  try {
    const until = performance.now() + WAIT_MS;
    for (;;) {
      const done = (await actionsOf(cloudWatch, name)).filter(({ at }) => at > (last?.at ?? 0)).map(({ summary }) => summary);
      if (done.length >= actions.length || performance.now() > until) return done;
      await sleep(EVERY_MS);
    }
  } finally {
    await setAlarmState(cloudWatch, name, state, OVER_REASON);
  }
}

function deliveryFaults({ actions }: DeployedAlarm, done: readonly string[]): readonly Fault[] {
  const topics = actions.filter(isTopic);
  return topics.flatMap((topic) => {
    const line = done.find((each) => each.includes(topic));
    if (line?.startsWith("Successfully")) return [];
    const what =
      line === undefined ? `It rang, but CloudWatch did not notify ${topic} in time.` : `It rang, but nobody was notified: ${line}`;
    const fix =
      "Look at the topic's access policy, and the key that encrypts it: both have to let cloudwatch.amazonaws.com publish. Deploy again.";
    return [{ id: "alarm.not-told", what, fix }];
  });
}

/** An alarm as CloudWatch has it. */
interface DeployedAlarm {
  readonly name: string;
  readonly state: StateValue;
  readonly rings: boolean;
  /** ARNs that it notifies. */
  readonly actions: readonly string[];
}

/** Something that an alarm did. */
interface AlarmAction {
  /** Epoch milliseconds. */
  readonly at: number;
  /** "Successfully executed action arn:aws:sns:…" */
  readonly summary: string;
}

/** A subscriber of a topic. */
interface Subscription {
  /** "email" */
  readonly protocol: string;
  readonly endpoint: string;
  readonly confirmed: boolean;
}

async function alarmNamed(cloudWatch: CloudWatchClient, name: string): Promise<DeployedAlarm | undefined> {
  const { MetricAlarms: [found] = [] } = await cloudWatch.send(new DescribeAlarmsCommand({ AlarmNames: [name] }), limited());
  if (found === undefined) return undefined;
  const { StateValue: state = "OK", ActionsEnabled: rings = true, AlarmActions: actions = [] } = found;
  return { name, state, rings, actions };
}

async function setAlarmState(cloudWatch: CloudWatchClient, AlarmName: string, StateValue: StateValue, StateReason: string): Promise<void> {
  await cloudWatch.send(new SetAlarmStateCommand({ AlarmName, StateValue, StateReason }), limited());
}

/** An alarm's actions, newest first. */
async function actionsOf(cloudWatch: CloudWatchClient, AlarmName: string): Promise<readonly AlarmAction[]> {
  const asked = { AlarmName, HistoryItemType: "Action", ScanBy: "TimestampDescending", MaxRecords: 10 } as const;
  const { AlarmHistoryItems = [] } = await cloudWatch.send(new DescribeAlarmHistoryCommand(asked), limited());
  return AlarmHistoryItems.map(({ Timestamp, HistorySummary: summary = "" }) => ({ at: Timestamp?.getTime() ?? 0, summary }));
}

async function subscriptionsOf({ sdk }: AwsAccess, TopicArn: string): Promise<readonly Subscription[]> {
  const found: Subscription[] = [];
  for await (const { Subscriptions = [] } of paginateListSubscriptionsByTopic({ client: new SNSClient(sdk) }, { TopicArn })) {
    for (const { Protocol: protocol = "", Endpoint: endpoint = "", SubscriptionArn = "" } of Subscriptions) {
      found.push({ protocol, endpoint, confirmed: SubscriptionArn.startsWith("arn:") });
    }
  }
  return found;
}

const limited = () => ({ abortSignal: AbortSignal.timeout(ASKING_LIMIT_MS) });
