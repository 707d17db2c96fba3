import type { SignUp } from "../../engine/sign-up/sign-up";
import { candidates, partnerKeys } from "../../features/access-list/match";
import { tableShapes } from "../../features/row-kinds";

/** List prices in dollars, without free tiers, from AWS's price pages. */
export const priceList = {
  /** The region of the prices. Prices in other regions differ, in Europe by 10 to 30 %. */
  region: "us-east-1",
  asOf: "November 2026",
  restCall: 3.5 / 1e6,
  httpCall: 1 / 1e6,
  lambdaCall: 0.2 / 1e6,
  /** The price on ARM64. */
  lambdaGbSecond: 0.0000133334,
  write: 0.625 / 1e6,
  /** The price of a strongly consistent read of up to 4 KB, which is one unit in CloudWatch. */
  read: 0.125 / 1e6,
  storedGbMonth: 0.25,
  recoverableGbMonth: 0.2,
  event: 1 / 1e6,
  logGb: 0.5,
  alarmMetric: 0.1,
  ownMetric: 0.3,
  secret: 0.4,
  secretRead: 0.05 / 1e4,
  /** The price of a trace in X-Ray. */
  trace: 5 / 1e6,
  dashboard: 3,
  firewall: 5,
  firewallRule: 1,
  firewallCall: 0.6 / 1e6,
  /** The price of one hour of a NAT gateway and of its public address. */
  natHour: 0.045 + 0.005,
  natGb: 0.045,
  key: 1,
} as const;

/** Free units of an account, shared by its stacks. Only `idleCost` subtracts any: the free metrics of alarms. */
export const freeTier = { alarmMetrics: 10, ownMetrics: 10 } as const;

/** The hours of a month in AWS's prices. */
export const HOURS_A_MONTH = 730;
const GB = 1e9;

const SIGN_UPS = 1_000_000;
/** A sign-up makes two calls: after sign-in, and before the account is created. */
const CALLS = 2 * SIGN_UPS;

/** Amounts that are assumed, or measured on the local stack: see `docs/costs.md`. */
const per = {
  stepSeconds: 0.03,
  publisherSeconds: 0.03,
  /**
   * Each of four shards waits thirty seconds after a batch's first record. With 2 million records a month, a batch then has 6.8 records.
   */
  publisherBatch: 6.8,
  /** One run every five minutes at each of four shards. A run writes a row of one to two KB, with the marks of 300 decisions. */
  counterRuns: 4 * 12 * HOURS_A_MONTH,
  counterRowUnits: 3,
  /** Different domains among the 57 decisions of a run. Half of the people belong to a few large domains. */
  counterDomains: 20,
  domainRowUnits: 1.5,
  /**
   * Different entries among a run's decisions. Each entry's row is read. If an entry applies to many people, as half of the entries do, its
   * row is not written.
   */
  counterEntries: 20,
  entryRowWrites: 0.5,
  stepGb: 1,
  publisherGb: 0.25,
  /**
   * The bytes of a row with the shipped policy: 524 for a decision about `someone` (others measured 416 to 569), and 100 that DynamoDB
   * adds.
   */
  rowBytes: 625,
  indexBytes: { keys: 200, listed: 300 },
  /** Bytes of the access log's line, and of the decision's line with its metric. CloudWatch adds 26 bytes to each line. */
  logBytes: 230 + 470 + 200 + 2 * 26,
  /** A sign-up's second decision is kept for 90 days. The first decision, after sign-in, is kept for 14 days (`firstKeptMonths`). */
  keptMonths: 3,
  firstKeptMonths: (14 * 24) / HOURS_A_MONTH,
  /** Average: a call reads the key of its minute, and in a minute's first thirty seconds also the key of the minute before. */
  repeatKeys: 1.5,
  postureKeys: 1,
} as const;

const someone = {
  email: "jordan.fitzgerald@fabrikam.com",
  identities: [{ signInType: "federated", issuer: "google.com", issuerAssignedId: "104638208421034216341" }],
} as unknown as SignUp;

interface BillPart {
  readonly part: string;
  /** The arithmetic, in words. */
  readonly used: string;
  readonly dollars: number;
}

export function costOfAMillion(api: "rest" | "http" = "rest"): readonly BillPart[] {
  return [
    api === "rest"
      ? { part: "API Gateway, REST", used: "2 million calls at $3.50 a million", dollars: CALLS * priceList.restCall }
      : { part: "API Gateway, HTTP", used: "2 million calls at $1.00 a million", dollars: CALLS * priceList.httpCall },
    ...functionParts(),
    ...rowParts(),
    ...countParts(),
    {
      part: "EventBridge",
      used: `no event while no rule listens; with one, 2 million at $1 a million: $${(CALLS * priceList.event).toFixed(2)}`,
      dollars: 0,
    },
    {
      part: "CloudWatch, logs",
      used: `2 million x ${per.logBytes} bytes at $0.50 a GB`,
      dollars: ((CALLS * per.logBytes) / GB) * priceList.logGb,
    },
    keptPart(),
    { part: "Secrets Manager", used: "read once a minute and function that runs", dollars: 0.05 },
  ];
}

function functionParts(): readonly BillPart[] {
  const batchCount = CALLS / per.publisherBatch;
  return [
    {
      part: "Lambda, calls",
      used: `2 million of the steps and ${millions(batchCount)} million of the publisher at $0.20 a million`,
      dollars: (CALLS + batchCount) * priceList.lambdaCall,
    },
    {
      part: "Lambda, time of the steps",
      used: "2 million x 0.03 s x 1 GB at $0.0000133334",
      dollars: CALLS * per.stepSeconds * per.stepGb * priceList.lambdaGbSecond,
    },
    {
      part: "Lambda, time of the publisher",
      used: `${millions(batchCount)} million x 0.03 s x 0.25 GB at the same`,
      dollars: batchCount * per.publisherSeconds * per.publisherGb * priceList.lambdaGbSecond,
    },
  ];
}

const { indexes } = tableShapes.decisions;

function rowParts(): readonly BillPart[] {
  const [keys, ofPartner] = [candidates(someone, []).length, partnerKeys(someone).length];
  // Subtracts one write: the index by account does not contain the first row, which says that the person continues after sign-in.
  const writes = 2 * (1 + indexes.length) - 1;
  return [
    {
      part: "DynamoDB, reads",
      used: `2 million x (${keys} keys of the list + ${ofPartner} of the domain's partner + ${per.postureKeys} of the gate + ${per.repeatKeys} of a repeat) at $0.125 a million`,
      dollars: CALLS * (keys + ofPartner + per.postureKeys + per.repeatKeys) * priceList.read,
    },
    {
      part: "DynamoDB, writes",
      used: `1 million x (2 records + ${indexes.length - 1} and ${indexes.length} indexes, each below 1 KB) at $0.625 a million`,
      dollars: SIGN_UPS * writes * priceList.write,
    },
  ];
}

function countParts(): readonly BillPart[] {
  const runs = per.counterRuns.toLocaleString("en-US");
  const aRun = priceList.lambdaCall + per.publisherSeconds * per.publisherGb * priceList.lambdaGbSecond;
  return [
    {
      part: "Counts by the hour",
      used: `${runs} runs x (a call, 0.03 s x 0.25 GB, a read, ${per.counterRowUnits} writes)`,
      dollars: per.counterRuns * (aRun + priceList.read + per.counterRowUnits * priceList.write),
    },
    {
      part: "Counts by domain",
      used: `${runs} runs x ${per.counterDomains} domains x (a read, ${per.domainRowUnits} writes)`,
      dollars: per.counterRuns * per.counterDomains * (priceList.read + per.domainRowUnits * priceList.write),
    },
    {
      part: "People by entry of the list",
      used: `${runs} runs x ${per.counterEntries} entries x (a read, ${per.entryRowWrites} writes)`,
      dollars: per.counterRuns * per.counterEntries * (priceList.read + per.entryRowWrites * priceList.write),
    },
  ];
}

function keptPart(): BillPart {
  const keysOnly = indexes.filter(({ holds }) => holds.length === 0).length;
  const fullIndexCount = indexes.length - keysOnly;
  const bytes = (keys: number) => per.rowBytes + keys * per.indexBytes.keys + fullIndexCount * per.indexBytes.listed;
  const keptGigabytes = (SIGN_UPS * (bytes(keysOnly - 1) * per.firstKeptMonths + bytes(keysOnly) * per.keptMonths)) / GB;
  const recoverable = (SIGN_UPS * per.rowBytes * (per.firstKeptMonths + per.keptMonths)) / GB;
  return {
    part: "DynamoDB, kept 14 and 90 days",
    used: `${keptGigabytes.toFixed(1)} GB-months at $0.25, ${recoverable.toFixed(1)} recoverable at $0.20`,
    dollars: keptGigabytes * priceList.storedGbMonth + recoverable * priceList.recoverableGbMonth,
  };
}

function millions(count: number): string {
  return (count / 1e6).toFixed(1);
}
