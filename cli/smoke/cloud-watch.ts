import { XMLParser } from "fast-xml-parser";
import type { Endpoint } from "../../adapters/aws/form-query";
import { systemClock } from "../../adapters/system";
import { within } from "../../engine/sign-up/deadline";
import { type Account, ASKING_LIMIT_MS } from "../doctor/account";

const cloudWatch: Endpoint = { name: "monitoring", endpointVariable: "AWS_ENDPOINT_URL_CLOUDWATCH" };
const notifications: Endpoint = { name: "sns", endpointVariable: "AWS_ENDPOINT_URL_SNS" };

const CLOUD_WATCH_VERSION = "2010-08-01";
const SNS_VERSION = "2010-03-31";

/** An alarm as CloudWatch has it. */
export interface DeployedAlarm {
  readonly name: string;
  readonly state: string;
  readonly rings: boolean;
  /** What it tells, by their ARNs. */
  readonly actions: readonly string[];
}

/** Something that an alarm did. */
export interface AlarmAction {
  readonly at: string;
  /** "Successfully executed action arn:aws:sns:…" */
  readonly summary: string;
}

/** Whom a topic tells. */
export interface Subscription {
  /** "email" */
  readonly protocol: string;
  readonly endpoint: string;
  readonly confirmed: boolean;
}

type Form = Readonly<Record<string, string>> & { readonly Action: string };

export async function alarmNamed(account: Account, name: string): Promise<DeployedAlarm | undefined> {
  const [found] = await members(account, cloudWatch, { Action: "DescribeAlarms", "AlarmNames.member.1": name }, "MetricAlarms");
  if (found === undefined) return undefined;
  const { StateValue, ActionsEnabled, AlarmActions } = found;
  return { name, state: textOf(StateValue), rings: textOf(ActionsEnabled) !== "false", actions: listOf(AlarmActions).map(textOf) };
}

export async function setAlarmState(account: Account, AlarmName: string, StateValue: string, StateReason: string): Promise<void> {
  await ask(account, cloudWatch, { Action: "SetAlarmState", AlarmName, StateValue, StateReason });
}

/** What an alarm did, the newest first. */
export async function actionsOf(account: Account, AlarmName: string): Promise<readonly AlarmAction[]> {
  const form = { Action: "DescribeAlarmHistory", AlarmName, HistoryItemType: "Action", ScanBy: "TimestampDescending", MaxRecords: "10" };
  const items = await members(account, cloudWatch, form, "AlarmHistoryItems");
  return items.map(({ Timestamp, HistorySummary }) => ({ at: textOf(Timestamp), summary: textOf(HistorySummary) }));
}

export async function subscriptionsOf(account: Account, TopicArn: string): Promise<readonly Subscription[]> {
  const found: Subscription[] = [];
  for (let token = ""; ; ) {
    const form = { Action: "ListSubscriptionsByTopic", TopicArn, ...(token !== "" && { NextToken: token }) };
    const answer = await ask(account, notifications, form);
    const { Subscriptions, NextToken } = answer;
    for (const { Protocol, Endpoint: endpoint, SubscriptionArn } of listOf(Subscriptions) as readonly Element[]) {
      found.push({ protocol: textOf(Protocol), endpoint: textOf(endpoint), confirmed: textOf(SubscriptionArn).startsWith("arn:") });
    }
    token = textOf(NextToken);
    if (token === "") return found;
  }
}

type Element = Readonly<Record<string, unknown>>;

const parser = new XMLParser({ ignoreAttributes: true, parseTagValue: false, isArray: (name) => name === "member" });

async function members(account: Account, service: Endpoint, form: Form, list: string): Promise<readonly Element[]> {
  return listOf((await ask(account, service, form))[list]) as readonly Element[];
}

/** What stands in the answer's result; nothing where it has none. */
async function ask(account: Account, service: Endpoint, form: Form): Promise<Element> {
  const Version = service === cloudWatch ? CLOUD_WATCH_VERSION : SNS_VERSION;
  const xml = await within(ASKING_LIMIT_MS, systemClock, (signal) => account.query(service, { ...form, Version }, signal));
  const { [`${form.Action}Response`]: response } = parser.parse(xml) as Record<string, Element | undefined>;
  const result = response?.[`${form.Action}Result`];
  return typeof result === "object" && result !== null ? (result as Element) : {};
}

function listOf(list: unknown): readonly unknown[] {
  const { member = [] } = (typeof list === "object" && list !== null ? list : {}) as { readonly member?: readonly unknown[] };
  return member;
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
