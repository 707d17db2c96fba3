import { formatCount } from "../../../cli/output";
import { nothingWrong, skipProbe } from "../../../cli/probe";
import { groupBy } from "../../../engine/collections";
import { DEFAULT_GATE } from "../../../engine/sign-up/gate";
import type { DecisionRecord } from "../../../engine/sign-up/record";
import { MS_PER_DAY, MS_PER_HOUR } from "../../../engine/sign-up/time";
import { summariseWaits } from "../../counts/cold-calls";
import { isCounted } from "../../counts/counts";
import { decisionStore } from "../../decisions/store/decisions";
import { inTables } from "./check";

const DAYS = 7;
const PAGE_ROWS = 100;
const PAGES = 5;

export const coldCallsCheck = inTables("cold-calls", async ({ client, names: { decisions } }) => {
  if (decisions === undefined) skipProbe("the stack names no table of decisions");
  const store = decisionStore(client, decisions);
  const now = new Date();
  const records: DecisionRecord[] = [];
  let pages = 0;
  for await (const page of store.between(new Date(now.getTime() - DAYS * MS_PER_DAY), now, PAGE_ROWS)) {
    records.push(...(await store.whole(page)));
    pages += 1;
    if (pages === PAGES) break;
  }
  return { faults: nothingWrong, told: describeColdSignUps(records) };
});

export function describeColdSignUps(records: readonly DecisionRecord[]): string {
  const waits = signUpWaits(records);
  const cold = summariseWaits(waits.flatMap((ms) => (ms > 0 ? [{ ms, count: 1 }] : [])));
  const signUps = formatCount(waits.length, "sign-up");
  if (cold === undefined) return `none of ${signUps} in the last ${DAYS} days waited for a cold start`;
  const share = ((100 * cold.count) / waits.length).toFixed(1);
  return `${cold.count} of ${signUps} in the last ${DAYS} days (${share} %) waited for a cold start: ${cold.medianMs} ms (median), ${cold.p95Ms} ms (p95)`;
}

/**
 * Returns how long each sign-up waited for cold starts, in milliseconds. A sign-up is one person's calls at one gate, each within an hour
 * of the previous call.
 */
function signUpWaits(records: readonly DecisionRecord[]): readonly number[] {
  const calls = records.filter((record) => record.step !== "before-sending-token" && isCounted(record));
  const people = groupBy(calls, ({ personId, gate = DEFAULT_GATE, id }) => JSON.stringify([gate, personId ?? id]));
  return [...people.values()].flatMap((some) => {
    const waits: number[] = [];
    let last = Number.NEGATIVE_INFINITY;
    for (const { at, coldMs = 0 } of [...some].sort((one, other) => (one.at < other.at ? -1 : 1))) {
      const isNext = Date.parse(at) - last < MS_PER_HOUR;
      last = Date.parse(at);
      waits.push(isNext ? (waits.pop() ?? 0) + coldMs : coldMs);
    }
    return waits;
  });
}
