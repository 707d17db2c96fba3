import { UPSTREAM_FAILED } from "../../../adapters/tables/decision-writes";
import type { ConsolePorts } from "../../../console/app/ports";
import type { Visit } from "../../../console/app/visit";
import { groupBy, mapInBatches } from "../../../engine/collections";
import { DEFAULT_GATE } from "../../../engine/sign-up/gate";
import type { DecisionRecord } from "../../../engine/sign-up/record";
import { waitsForApproval } from "../../../engine/sign-up/recording";
import { normaliseMailbox } from "../../../engine/sign-up/spellings";
import { MS_PER_DAY } from "../../../engine/sign-up/time";
import { hoursIn, lastHours, readHours } from "../../counts/pages/counted-hours";
import { findOpenKind } from "../../preview/store/compare";
import { isReplayable } from "../../preview/store/recorded-person";
import { replayAll } from "../../preview/store/replay";
import { hasCome, type Outage, outagesIn, WORKS_AGAIN_MAIL } from "../outages";

/** Prefix of the subjects of items about people that an outage turned away. */
export const TURNED_AWAY = "turned-away/";
export const TURNED_AWAY_PATH = "/turned-away";
/** Days for which the inbox reminds of an outage that is over. */
export const TURNED_AWAY_DAYS = 3;
/** Limits that let a page answer in time. */
const MOST = { decisions: 5_000, people: 500 };
const AT_ONCE = 25;

export async function outagesLately(visit: Visit) {
  const from = new Date(visit.now.getTime() - TURNED_AWAY_DAYS * MS_PER_DAY);
  const { open, over } = outagesIn(await readHours(visit, hoursIn({ from, to: visit.now })));
  // If an open outage had no failure within the last day, it counts as over: nothing shows that the system still fails.
  const isAsked = ({ last }: Outage) => last >= (lastHours(visit)[0] ?? "");
  return { open: open.filter(isAsked), over: [...over, ...open.filter((each) => !isAsked(each))] };
}

export type OutageTime = Pick<Outage, "service" | "since" | "last">;

export function turnedAwayPath({ service, since, last }: OutageTime, doneName?: string): string {
  const parameters = new URLSearchParams({ service, from: since, to: last, ...(doneName !== undefined && { done: doneName }) });
  return `${TURNED_AWAY_PATH}?${parameters}`;
}

type TurnedAwayRecord = DecisionRecord & { readonly email: string };

export interface TurnedAway {
  readonly record: TurnedAwayRecord;
  /** The newest decision about the person. Undefined if `record` is the newest one. */
  readonly since: DecisionRecord | undefined;
  /** Today's refusal reasons, without those of rules that need an outside system or the form. Undefined if the replay is impossible. */
  readonly refusedNow: readonly string[] | undefined;
  /** True if an approver would decide about the person, or if the replay cannot tell whether one would. */
  readonly mayNeedApproval?: boolean;
  readonly isWritten: boolean;
}

export function isWorthAMail(person: TurnedAway): boolean {
  return !hasCome(person) && !person.isWritten && !person.record.emailTyped && person.refusedNow?.length === 0;
}

type Judged = Pick<TurnedAway, "refusedNow" | "mayNeedApproval">;

/** The keys are the decisions' ids. Leaves out people whose decision cannot be replayed. */
async function judgedNow({ world, now }: Visit, records: readonly DecisionRecord[]): Promise<ReadonlyMap<string, Judged>> {
  const { approvals } = world;
  const against = { read: world.rows.read, approvals, hashes: await world.hashes(), now };
  const judgementByPerson = new Map<string, Judged>();
  for (const [gate, atGate] of groupBy(records.filter(isReplayable), (record) => record.gate ?? DEFAULT_GATE)) {
    for (const policy of world.policiesAt(gate)) {
      const ownRecords = atGate.filter(({ step }) => step === policy.step);
      const approving = policy.rules.flatMap((rule) => ("shadow" in rule || findOpenKind(rule) !== "approval" ? [] : [rule.name]));
      for (const [index, said] of (await replayAll(policy, ownRecords, against)).entries()) {
        const isAsked = said.some(({ rule, said: word, reasons = [] }) =>
          word === "block" ? reasons.some(waitsForApproval) : word === "unknown" && approving.includes(rule),
        );
        const no = said.find((each) => each.said === "block" && !each.reasons?.some(waitsForApproval));
        const { id } = ownRecords[index] ?? {};
        if (id !== undefined)
          judgementByPerson.set(id, { refusedNow: no === undefined ? [] : (no.reasons ?? [no.rule]), mayNeedApproval: isAsked });
      }
    }
  }
  return judgementByPerson;
}

async function* newestOfEach({ world }: Visit, { service, since, last }: OutageTime) {
  const seenKeys = new Set<string>();
  let read = 0;
  for await (const some of world.decisions.between(new Date(since), new Date(Date.parse(last) + 1))) {
    const fresh: TurnedAwayRecord[] = [];
    const failedDecisions = some.filter((each) => each[UPSTREAM_FAILED]);
    const refusedDecisions = failedDecisions.filter(({ verdict }) => verdict === "block");
    for (const record of await world.decisions.whole(refusedDecisions)) {
      const { trace, email } = record;
      const isOfIt = trace.some(({ upstreamFailure }) => upstreamFailure?.service === service);
      if (!isOfIt || email === undefined || seenKeys.has(normaliseMailbox(email)) || seenKeys.size >= MOST.people) continue;
      seenKeys.add(normaliseMailbox(email));
      fresh.push({ ...record, email });
    }
    read += some.length;
    const isCut = read >= MOST.decisions || seenKeys.size >= MOST.people;
    yield { fresh, isCut, failed: failedDecisions.length, refused: refusedDecisions.length };
    if (isCut) return;
  }
}

async function withSince({ world }: Visit, record: TurnedAwayRecord) {
  const [last] = (await world.decisions.newestOf("mailbox", record.email, 1)).records;
  return { record, since: last?.id === record.id ? undefined : last };
}

interface Aftermath {
  /** The number of people. Undefined if no decision about them is found, for example because the decisions have expired. */
  readonly people: number | undefined;
  readonly isOver: boolean;
}

/** Cached, because the badge of every page needs it. */
const aftermaths = new WeakMap<ConsolePorts, Map<string, Aftermath>>();

/**
 * Returns the number of people that an outage turned away, if known, and whether all have come again. The number may be 0, because a policy
 * may not need the system's answer.
 */
export async function readAftermath(visit: Visit, outage: OutageTime): Promise<Aftermath> {
  const knownAftermaths = aftermaths.get(visit.world) ?? new Map<string, Aftermath>();
  aftermaths.set(visit.world, knownAftermaths);
  const key = turnedAwayPath(outage);
  const before = knownAftermaths.get(key);
  const aftermath = before?.isOver ? before : await lookForAll(visit, outage, before);
  knownAftermaths.set(key, aftermath);
  return aftermath;
}

/** @param before the earlier result. If anybody has not come again, this result still holds and is returned */
async function lookForAll(visit: Visit, outage: OutageTime, before: Aftermath | undefined): Promise<Aftermath> {
  let [people, failed, refused, isCut, haveCome] = [0, 0, 0, false, true];
  for await (const some of newestOfEach(visit, outage)) {
    people += some.fresh.length;
    failed += some.failed;
    refused += some.refused;
    isCut = some.isCut;
    for (let at = 0; haveCome && at < some.fresh.length; at += AT_ONCE) {
      const askedRecords = await Promise.all(some.fresh.slice(at, at + AT_ONCE).map((record) => withSince(visit, record)));
      haveCome = askedRecords.every(hasCome);
    }
    if (!haveCome && before !== undefined) return before;
  }
  const isOver = !isCut && haveCome && (people > 0 || (failed > 0 && refused === 0));
  return { people: people > 0 || isOver ? people : undefined, isOver };
}

/** Lists the people turned away by an outage. People who have not come again are first. */
export async function turnedAway(visit: Visit, outage: OutageTime) {
  const { world } = visit;
  const records: TurnedAwayRecord[] = [];
  let isCut = false;
  for await (const some of newestOfEach(visit, outage)) {
    records.push(...some.fresh);
    isCut = some.isCut;
  }
  const mails = records.map(({ id, email }) => ({ kind: WORKS_AGAIN_MAIL, eventId: id, mailbox: normaliseMailbox(email) }));
  const [judged, sent] = await Promise.all([judgedNow(visit, records), world.worksAgain?.sent(mails)]);
  const writtenIds = new Set(sent?.map(({ eventId }) => eventId));
  const people = await mapInBatches(records, AT_ONCE, async (record): Promise<TurnedAway> => {
    const { id } = record;
    return { ...(await withSince(visit, record)), refusedNow: undefined, ...judged.get(id), isWritten: writtenIds.has(id) };
  });
  return { people: people.toSorted((one, other) => Number(hasCome(one)) - Number(hasCome(other))), isCut };
}
