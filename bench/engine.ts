import { measure } from "mitata";
import { system } from "../adapters/system";
import { apiConnector } from "../engine/protocols/api-connector";
import { decide } from "../engine/sign-up/engine";
import { keyedHash } from "../engine/sign-up/person";
import type { Policy } from "../engine/sign-up/policy";
import type { Ports } from "../engine/sign-up/ports";
import { recordId, rowsUnder } from "../engine/sign-up/records";
import type { Row } from "../engine/sign-up/rule";
import type { SignUp } from "../engine/sign-up/sign-up";
import { rowKey } from "../features/access-list/entry";
import { countingRows } from "../features/counting-rows";
import afterSignIn from "../policy/after-sign-in";
import beforeCreateUser from "../policy/before-create-user";
import { type Report, tellProgress } from "./report";
import request from "./request.json";

const listSizes = [10, 1_000, 1_000_000];
/** Number of people. Decisions are about each in turn, so that the reads of the list vary. */
const PEOPLE = 4_096;
const MIN_CPU_NS = 2e9;
const NS_PER_US = 1_000;

/** Measures one decision without I/O: the list is in memory. */
export async function engine(): Promise<Report> {
  const rows: string[][] = [["entries in the list", "after-sign-in p50 us", "p99 us", "before-create-user p50 us", "p99 us"]];
  for (const size of listSizes) {
    tellProgress(`engine: a list of ${size.toLocaleString("en")}`);
    const entries = Array.from({ length: size }, (_, index) => formatAddress(index));
    const world = createPorts(new Map(entries.map((entry) => [recordId(rowKey(entry)), { entry, effect: "allow" }])));
    const first = await measureDecisions(afterSignIn, world, size);
    const last = await measureDecisions(beforeCreateUser, world, size);
    rows.push([size.toLocaleString("en"), ...[first.p50, first.p99, last.p50, last.p99].map((ns) => (ns / NS_PER_US).toFixed(1))]);
  }
  return {
    title: `Engine: one decision of the shipped policy, nothing outside, Node ${process.version}`,
    tables: [rows],
    notes: [
      "From the parsed sign-up to the answer, in microseconds: preparing, looking up the list's keys in a Map, all rules.",
      "The same few keys are looked up whatever the list holds: from row to row only the processor's cache has more to miss.",
    ],
  };
}

type List = ReadonlyMap<string, Row>;

function formatAddress(index: number): string {
  return `person${index}@company${index % 5_000}.example`;
}

function createPorts(list: List): Ports {
  return {
    read: async (keys) => rowsUnder(keys, list),
    write: async () => true,
    secret: async () => "",
    hashOf: keyedHash("bench"),
    ...system,
    counts: countingRows,
    now: new Date(),
    remainingMs: 8_000,
  };
}

async function measureDecisions(policy: Policy, world: Ports, size: number): Promise<{ readonly p50: number; readonly p99: number }> {
  const people = Array.from({ length: PEOPLE }, (_, index) => buildSignUp(policy, formatAddress(Math.floor((index * size) / PEOPLE))));
  const { answer } = await decide(policy, people[0] as SignUp, world);
  if (answer.kind !== "continue") throw new Error(`The engine answered ${answer.kind} where it should let pass.`);
  let turn = 0;
  const decideNext = () => decide(policy, people[turn++ % PEOPLE] as SignUp, world);
  for (let count = 0; count < PEOPLE; count++) await decideNext();
  // One sample for each decision: mitata's batches would hide the slow ones in an average.
  return await measure(decideNext, { batch_threshold: -1, min_cpu_time: MIN_CPU_NS });
}

function buildSignUp(policy: Policy, email: string): SignUp {
  const body = JSON.stringify({ ...request, email });
  const parsedCall = apiConnector.parse({ contentType: "application/json", body }, policy.step);
  if (!parsedCall.ok) throw new Error(`The engine's request cannot be read: ${parsedCall.reason}`);
  return parsedCall.received;
}
