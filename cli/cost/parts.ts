import { freeTier, GB, HOURS_A_MONTH, priceList as price } from "./prices";
import type { Usage } from "./usage";

/** A line of the bill. */
export interface BillPart {
  readonly part: string;
  /** What it is counted from, in words. */
  readonly used: string;
  /** At list prices, in the time that is looked at. */
  readonly dollars: number;
}

/** The bill of a stretch of time, without what the stack does not have. @param hours how long it is */
export function billOf(usage: Usage, hours: number): readonly BillPart[] {
  const months = hours / HOURS_A_MONTH;
  const kept = (gigabytes: number, aMonth: number) => gigabytes * aMonth * months;
  const stored = usage.storedBytes / GB;
  const recoverable = usage.recoverableBytes / GB;
  const ownMetrics = Math.max(0, usage.ownMetrics - freeTier.ownMetrics);
  const alarmMetrics = Math.max(0, usage.alarmMetrics - freeTier.alarmMetrics);
  const all: readonly BillPart[] = [
    { part: "API Gateway, REST", used: `${whole(usage.restCalls)} calls`, dollars: usage.restCalls * price.restCall },
    { part: "API Gateway, HTTP", used: `${whole(usage.httpCalls)} calls`, dollars: usage.httpCalls * price.httpCall },
    { part: "Lambda, calls", used: `${whole(usage.lambdaCalls)} calls`, dollars: usage.lambdaCalls * price.lambdaCall },
    { part: "Lambda, time", used: `${whole(usage.lambdaGbSeconds)} GB-seconds`, dollars: usage.lambdaGbSeconds * price.lambdaGbSecond },
    { part: "DynamoDB, reads", used: `${whole(usage.reads)} units`, dollars: usage.reads * price.read },
    { part: "DynamoDB, writes", used: `${whole(usage.writes)} units`, dollars: usage.writes * price.write },
    { part: "DynamoDB, kept", used: `${size(stored)}, as of now`, dollars: kept(stored, price.storedGbMonth) },
    { part: "DynamoDB, recoverable", used: `${size(recoverable)}, as of now`, dollars: kept(recoverable, price.recoverableGbMonth) },
    { part: "EventBridge", used: `${whole(usage.events)} events, one a decision`, dollars: usage.events * price.event },
    { part: "CloudWatch, logs", used: size(usage.logBytes / GB), dollars: (usage.logBytes / GB) * price.logGb },
    {
      part: "CloudWatch, own metrics",
      used: `${usage.ownMetrics}, of which ${freeTier.ownMetrics} free`,
      dollars: kept(ownMetrics, price.ownMetric),
    },
    {
      part: "CloudWatch, alarms",
      used: `${usage.alarmMetrics} metrics, of which ${freeTier.alarmMetrics} free`,
      dollars: kept(alarmMetrics, price.alarmMetric),
    },
    { part: "Dashboards", used: `${usage.dashboards}`, dollars: kept(usage.dashboards, price.dashboard) },
    { part: "Secrets Manager", used: `${usage.secrets} secrets`, dollars: kept(usage.secrets, price.secret) },
    { part: "Keys", used: `${usage.keys}`, dollars: kept(usage.keys, price.key) },
    {
      part: "WAF",
      used: `${usage.firewalls} with ${usage.firewallRules} rules, ${whole(usage.restCalls)} calls`,
      dollars:
        usage.firewalls === 0
          ? 0
          : kept(usage.firewalls, price.firewall) + kept(usage.firewallRules, price.firewallRule) + usage.restCalls * price.firewallCall,
    },
    {
      part: "Outgoing address",
      used: `${usage.natGateways} NAT, ${size(usage.natBytes / GB)}`,
      dollars: usage.natGateways * hours * price.natHour + (usage.natBytes / GB) * price.natGb,
    },
  ];
  return all.filter(({ part, dollars }) => dollars > 0 || always.includes(part));
}

/** What every stack has, used or not. */
const always: readonly string[] = [
  "API Gateway, REST",
  "Lambda, calls",
  "Lambda, time",
  "DynamoDB, reads",
  "DynamoDB, writes",
  "DynamoDB, kept",
  "EventBridge",
  "CloudWatch, logs",
  "CloudWatch, alarms",
  "Secrets Manager",
];

/** What the bill leaves out, whatever the stack has. */
export const notCounted =
  "Not counted: starts of functions, reading of secrets, mail, tracing, queues, backups, data that leaves AWS, free tiers but those of metrics and alarms, and tax.";

function whole(count: number): string {
  return Math.round(count).toLocaleString("en-US");
}

function size(gigabytes: number): string {
  return gigabytes >= 0.1 ? `${gigabytes.toFixed(1)} GB` : `${(gigabytes * 1_000).toFixed(1)} MB`;
}

/** Somebody who comes is asked about at one step or at each in turn: as many have come as the busiest step was asked about. */
export function signUpsIn(decisions: Usage["decisions"]): number {
  const { "before-sending-token": _, ...steps } = decisions;
  return Math.max(0, ...Object.values(steps));
}
