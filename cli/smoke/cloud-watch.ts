import type { Account } from "../doctor/account";
import { cloudWatch, type Element, elementsOf, type Form, type FormService, formResult, pagedElements, textOf } from "../doctor/form";

const notifications: FormService = { name: "sns", endpointVariable: "AWS_ENDPOINT_URL_SNS", version: "2010-03-31" };

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

export async function alarmNamed(account: Account, name: string): Promise<DeployedAlarm | undefined> {
  const [found] = await members(account, cloudWatch, { Action: "DescribeAlarms", "AlarmNames.member.1": name }, "MetricAlarms");
  if (found === undefined) return undefined;
  const { StateValue, ActionsEnabled, AlarmActions } = found;
  return { name, state: textOf(StateValue), rings: textOf(ActionsEnabled) !== "false", actions: elementsOf(AlarmActions).map(textOf) };
}

export async function setAlarmState(account: Account, AlarmName: string, StateValue: string, StateReason: string): Promise<void> {
  await formResult(account, cloudWatch, { Action: "SetAlarmState", AlarmName, StateValue, StateReason });
}

/** What an alarm did, the newest first. */
export async function actionsOf(account: Account, AlarmName: string): Promise<readonly AlarmAction[]> {
  const form = { Action: "DescribeAlarmHistory", AlarmName, HistoryItemType: "Action", ScanBy: "TimestampDescending", MaxRecords: "10" };
  const items = await members(account, cloudWatch, form, "AlarmHistoryItems");
  return items.map(({ Timestamp, HistorySummary }) => ({ at: textOf(Timestamp), summary: textOf(HistorySummary) }));
}

export async function subscriptionsOf(account: Account, TopicArn: string): Promise<readonly Subscription[]> {
  const found: Subscription[] = [];
  for await (const { Protocol, Endpoint, SubscriptionArn } of pagedElements(
    account,
    notifications,
    { Action: "ListSubscriptionsByTopic", TopicArn },
    "Subscriptions",
  )) {
    found.push({ protocol: textOf(Protocol), endpoint: textOf(Endpoint), confirmed: textOf(SubscriptionArn).startsWith("arn:") });
  }
  return found;
}

/** The first page of them. */
async function members(account: Account, service: FormService, form: Form, list: string): Promise<readonly Element[]> {
  return elementsOf((await formResult(account, service, form))[list]) as readonly Element[];
}
