import { tableShapes } from "../adapters/tables/table-shapes";
import { candidates } from "../engine/access-list/match";
import { callIds } from "../engine/sign-up/call";
import type { SignUp } from "../engine/sign-up/sign-up";
import { markdownTable } from "./markdown-table";

/** List prices of us-east-1 in dollars, as AWS's price pages had them in November 2026. */
const price = {
  restCalls: 3.5 / 1e6,
  lambdaCall: 0.2 / 1e6,
  /** A gigabyte for a second, ARM64. */
  lambdaGbSecond: 0.0000133334,
  write: 0.625 / 1e6,
  read: 0.125 / 1e6,
  event: 1 / 1e6,
  logGb: 0.5,
  storedGbMonth: 0.25,
  recoverableGbMonth: 0.2,
  alarmMetric: 0.1,
  secret: 0.4,
} as const;

const SIGN_UPS = 1_000_000;
/** After sign-in, and before the account is made. */
const CALLS = 2 * SIGN_UPS;
const GB = 1e9;

/** What was assumed, or measured on the local stack: `docs/costs.md` says which. */
const per = {
  stepSeconds: 0.03,
  publisherSeconds: 0.03,
  stepGb: 1,
  publisherGb: 0.25,
  /** Of a decision with the policy that ships, 411 to 517 measured, and DynamoDB's 100 on top. */
  rowBytes: 620,
  indexBytes: { keys: 220, listed: 400 },
  /** A line of the access log, one of the decision, one of its metric; CloudWatch adds 26 to each. */
  logBytes: 280 + 640 + 320 + 3 * 26,
  keptMonths: 3,
} as const;

/** Somebody at a company's own domain who signed in with Google. */
const someone = {
  email: "jordan.fitzgerald@fabrikam.com",
  identities: [{ signInType: "federated", issuer: "google.com", issuerAssignedId: "104638208421034216341" }],
} as unknown as SignUp;

interface Part {
  readonly part: string;
  readonly arithmetic: string;
  readonly dollars: number;
}

/** What a million sign-ups cost, part by part. */
export function costOfAMillion(): readonly Part[] {
  const keys = candidates(someone, []).length;
  const repeats = callIds("", new Date(0), (text) => text).length;
  const indexes = tableShapes.decisions.indexes;
  const keysOnly = indexes.filter(({ holds }) => holds.length === 0).length;
  const listed = indexes.length - keysOnly;
  const kept = (CALLS * (per.rowBytes + keysOnly * per.indexBytes.keys + listed * per.indexBytes.listed)) / GB;
  const recoverable = (CALLS * per.rowBytes) / GB;
  return [
    { part: "API Gateway, REST", arithmetic: "2 million calls at $3.50 a million", dollars: CALLS * price.restCalls },
    {
      part: "Lambda, calls",
      arithmetic: "2 million of the steps and 2 million of the publisher at $0.20 a million",
      dollars: 2 * CALLS * price.lambdaCall,
    },
    {
      part: "Lambda, time of the steps",
      arithmetic: "2 million x 0.03 s x 1 GB at $0.0000133334",
      dollars: CALLS * per.stepSeconds * per.stepGb * price.lambdaGbSecond,
    },
    {
      part: "Lambda, time of the publisher",
      arithmetic: "2 million x 0.03 s x 0.25 GB at the same",
      dollars: CALLS * per.publisherSeconds * per.publisherGb * price.lambdaGbSecond,
    },
    {
      part: "DynamoDB, reads",
      arithmetic: `2 million x (${keys} keys of the list + ${repeats} of a repeat) at $0.125 a million`,
      dollars: CALLS * (keys + repeats) * price.read,
    },
    {
      part: "DynamoDB, writes",
      arithmetic: `2 million x (the record + ${indexes.length} indexes, each below 1 KB) at $0.625 a million`,
      dollars: CALLS * (1 + indexes.length) * price.write,
    },
    { part: "EventBridge", arithmetic: "2 million events at $1 a million", dollars: CALLS * price.event },
    {
      part: "CloudWatch, logs",
      arithmetic: `2 million x ${per.logBytes} bytes at $0.50 a GB`,
      dollars: ((CALLS * per.logBytes) / GB) * price.logGb,
    },
    {
      part: "DynamoDB, 90 days kept",
      arithmetic: `${kept.toFixed(1)} GB x ${per.keptMonths} months at $0.25, ${recoverable.toFixed(1)} GB recoverable at $0.20`,
      dollars: per.keptMonths * (kept * price.storedGbMonth + recoverable * price.recoverableGbMonth),
    },
    { part: "Secrets Manager", arithmetic: "read once a minute and function that runs", dollars: 0.05 },
  ];
}

export function millionTable(): string {
  const parts = costOfAMillion();
  const sum = parts.reduce((total, { dollars }) => total + dollars, 0);
  return markdownTable(
    ["part", "arithmetic", "a million sign-ups"],
    [
      ...parts.map(({ part, arithmetic, dollars }) => [part, arithmetic, `$${dollars.toFixed(2)}`]),
      ["**together**", "", `**$${sum.toFixed(2)}**`],
    ],
  );
}

/** Of the policy that ships, without options: a test counts them in the template. */
export const idle = { alarmMetrics: 20, freeAlarmMetrics: 10, secrets: 2 } as const;

export function idleCost(): number {
  return (idle.alarmMetrics - idle.freeAlarmMetrics) * price.alarmMetric + idle.secrets * price.secret;
}

export function idleTable(): string {
  const beyond = idle.alarmMetrics - idle.freeAlarmMetrics;
  return markdownTable(
    ["part", "arithmetic", "a month"],
    [
      ["Secrets", `${idle.secrets} at $0.40: the credentials, the key of people's hashes`, `$${(idle.secrets * price.secret).toFixed(2)}`],
      [
        "Alarms",
        `${idle.alarmMetrics} metrics under alarms at $0.10, of which an account has ${idle.freeAlarmMetrics} free`,
        `$${(beyond * price.alarmMetric).toFixed(2)}`,
      ],
      ["Tables, functions, APIs, the bus, log groups", "nothing while nobody calls", "$0.00"],
      ["**together**", "", `**$${idleCost().toFixed(2)}**`],
    ],
  );
}
