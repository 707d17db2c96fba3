import { setTimeout as sleep } from "node:timers/promises";
import { AwsError } from "../../../adapters/aws/client";
import { outputKeyOf } from "../../../adapters/aws/deployment-name";
import type { Account } from "../../../cli/aws/account";
import {
  cloudWatch,
  type Element,
  elementsOf,
  elementText,
  type Form,
  type FormService,
  formResult,
  pagedElements,
} from "../../../cli/aws/form";
import type { DeployedResource, Stack } from "../../../cli/aws/stack";
import type { Fault } from "../../../cli/failure";
import { explained } from "../../../cli/failure";
import { type SmokeResult, timed } from "./result";

const EVERY_MS = 1_000;
/** An alarm's mail is on its way within seconds. */
const WAIT_MS = 20_000;
const DRILL_REASON = "A drill: npx --no-install entra-gatehouse smoke --alarms rings each alarm once. Nothing is wrong.";
const OVER_REASON = "The drill is over.";

/** The result for alarms that nobody asked to ring. */
export function alarmsUntouched(isLocal: boolean): SmokeResult {
  const why = isLocal ? "npm start has none" : "--alarms rings each once and mails its subscribers";
  return notRung("of every kind", why);
}

/** Rings every alarm once, and reports who was notified. @param waitMs for each to notify somebody */
export async function* ringAlarms(stack: Stack, waitMs = WAIT_MS): AsyncGenerator<SmokeResult> {
  const begin = `${outputKeyOf(stack.name, "")}Alarms`;
  const alarms = (await stack.resources("AWS::CloudWatch::Alarm")).filter(({ logicalId }) => logicalId.startsWith(begin));
  if (stack.status.endsWith("_IN_PROGRESS")) {
    yield notRung(`all ${alarms.length}`, "the stack is being deployed, and an alarm would roll that back");
    return;
  }
  const topics = new Map<string, readonly Subscription[]>();
  for (const alarm of alarms) {
    const what = titleOf(alarm, begin);
    try {
      const found = await alarmNamed(stack.account, alarm.physicalId);
      for (const topic of (found?.actions ?? []).filter(isTopic)) {
        if (topics.has(topic)) continue;
        const subscriptions = await subscriptionsOf(stack.account, topic);
        topics.set(topic, subscriptions);
        yield subscribed(topic, subscriptions, stack.account);
      }
      yield await rung(stack.account, what, found, topics, waitMs);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      yield { check: "alarm", what, faults: [{ id: "alarm.unknown", what: "AWS does not let it be rung.", mend: explained(error) }] };
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

/** Whether anybody receives what a topic sends. */
function subscribed(topic: string, subscriptions: readonly Subscription[], { region }: Account): SmokeResult {
  const what = topic.split(":").at(-1) ?? topic;
  const again = `aws sns subscribe --region ${region} --topic-arn ${topic} --protocol email --notification-endpoint ADDRESS`;
  const open = subscriptions.filter(({ confirmed }) => !confirmed);
  const nobody: Fault = {
    id: "topic.no-subscription",
    what: "Nobody gets the alarms: the topic has no subscription.",
    mend: `Run ${again}`,
  };
  const faults = subscriptions.length === 0 ? [nobody] : open.map((each) => unconfirmed(each, again));
  return { check: "topic", what, told: `notifies ${namesOf(subscriptions)}`, faults };
}

function unconfirmed({ endpoint, protocol }: Subscription, again: string): Fault {
  const mend = `Follow the link in the mail AWS Notification - Subscription Confirmation. It is valid for three days; after that: ${again}`;
  return { id: "topic.unconfirmed", what: `${endpoint} (${protocol}) has not confirmed the subscription and is not notified.`, mend };
}

function namesOf(subscriptions: readonly Subscription[]): string {
  return subscriptions
    .filter(({ confirmed }) => confirmed)
    .map(({ endpoint, protocol }) => `${endpoint} (${protocol})`)
    .join(", ");
}

type Topics = ReadonlyMap<string, readonly Subscription[]>;

async function rung(
  account: Account,
  what: string,
  alarm: DeployedAlarm | undefined,
  topics: Topics,
  waitMs: number,
): Promise<SmokeResult> {
  const fault = alarm === undefined ? gone : silentFault(alarm, account);
  if (alarm === undefined || fault !== undefined) return { check: "alarm", what, faults: fault === undefined ? [] : [fault] };
  if (alarm.state === "ALARM") return notRung(what, "it rings already, and not as a drill: docs/runbook.md");
  const { value: done, durationMs } = await timed(() => actionsAfterDrill(account, alarm, waitMs));
  const notified = alarm.actions.flatMap((topic) => topics.get(topic) ?? []);
  return { check: "alarm", what, durationMs, told: `notified ${namesOf(notified) || "nobody"}`, faults: deliveryFaults(alarm, done) };
}

function notRung(what: string, skipped: string): SmokeResult {
  return { check: "alarm", what, skipped };
}

const gone: Fault = {
  id: "alarm.missing",
  what: "CloudWatch has no such alarm: somebody has deleted it.",
  mend: "Deploy again; a changed property of the alarm, such as another runbookUrl, makes CloudFormation create it again.",
};

/** What keeps an alarm from notifying anybody. */
function silentFault({ name, rings, actions }: DeployedAlarm, { region }: Account): Fault | undefined {
  if (!actions.some(isTopic)) {
    const mend = "Set alarmEmail in settings.ts and deploy again.";
    return { id: "alarm.nobody", what: "It shows only in CloudWatch and notifies nobody.", mend };
  }
  if (rings) return undefined;
  const mend = `Run aws cloudwatch enable-alarm-actions --region ${region} --alarm-names ${name}`;
  return { id: "alarm.disabled", what: "Its actions are switched off.", mend };
}

/** What the alarm did when it was rung: one line a topic. It is left in the state that it was in. */
async function actionsAfterDrill(account: Account, { name, state, actions }: DeployedAlarm, waitMs: number): Promise<readonly string[]> {
  const [last] = await actionsOf(account, name);
  await setAlarmState(account, name, "ALARM", DRILL_REASON);
  try {
    const until = performance.now() + waitMs;
    for (;;) {
      const done = (await actionsOf(account, name)).filter(({ at }) => at > (last?.at ?? "")).map(({ summary }) => summary);
      if (done.length >= actions.length || performance.now() > until) return done;
      await sleep(Math.min(EVERY_MS, waitMs));
    }
  } finally {
    await setAlarmState(account, name, state, OVER_REASON);
  }
}

function deliveryFaults({ actions }: DeployedAlarm, done: readonly string[]): readonly Fault[] {
  const topics = actions.filter(isTopic);
  return topics.flatMap((topic) => {
    const line = done.find((each) => each.includes(topic));
    if (line?.startsWith("Successfully")) return [];
    const what =
      line === undefined ? `It rang, but CloudWatch did not notify ${topic} in time.` : `It rang, but nobody was notified: ${line}`;
    const mend =
      "Look at the topic's access policy, and the key that encrypts it: both have to let cloudwatch.amazonaws.com publish. Deploy again.";
    return [{ id: "alarm.not-told", what, mend }];
  });
}

const notifications: FormService = { name: "sns", endpointVariable: "AWS_ENDPOINT_URL_SNS", version: "2010-03-31" };

/** An alarm as CloudWatch has it. */
interface DeployedAlarm {
  readonly name: string;
  readonly state: string;
  readonly rings: boolean;
  /** What it tells, by their ARNs. */
  readonly actions: readonly string[];
}

/** Something that an alarm did. */
interface AlarmAction {
  readonly at: string;
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

async function alarmNamed(account: Account, name: string): Promise<DeployedAlarm | undefined> {
  const [found] = await members(account, cloudWatch, { Action: "DescribeAlarms", "AlarmNames.member.1": name }, "MetricAlarms");
  if (found === undefined) return undefined;
  const { StateValue, ActionsEnabled, AlarmActions } = found;
  return {
    name,
    state: elementText(StateValue),
    rings: elementText(ActionsEnabled) !== "false",
    actions: elementsOf(AlarmActions).map(elementText),
  };
}

async function setAlarmState(account: Account, AlarmName: string, StateValue: string, StateReason: string): Promise<void> {
  await formResult(account, cloudWatch, { Action: "SetAlarmState", AlarmName, StateValue, StateReason });
}

/** What an alarm did, the newest first. */
async function actionsOf(account: Account, AlarmName: string): Promise<readonly AlarmAction[]> {
  const form = { Action: "DescribeAlarmHistory", AlarmName, HistoryItemType: "Action", ScanBy: "TimestampDescending", MaxRecords: "10" };
  const items = await members(account, cloudWatch, form, "AlarmHistoryItems");
  return items.map(({ Timestamp, HistorySummary }) => ({ at: elementText(Timestamp), summary: elementText(HistorySummary) }));
}

async function subscriptionsOf(account: Account, TopicArn: string): Promise<readonly Subscription[]> {
  const found: Subscription[] = [];
  for await (const { Protocol, Endpoint, SubscriptionArn } of pagedElements(
    account,
    notifications,
    { Action: "ListSubscriptionsByTopic", TopicArn },
    "Subscriptions",
  )) {
    found.push({
      protocol: elementText(Protocol),
      endpoint: elementText(Endpoint),
      confirmed: elementText(SubscriptionArn).startsWith("arn:"),
    });
  }
  return found;
}

/** The first page of them. */
async function members(account: Account, service: FormService, form: Form, list: string): Promise<readonly Element[]> {
  return elementsOf((await formResult(account, service, form))[list]) as readonly Element[];
}
