import { classNames, readEntry, rowKey } from "../../engine/access-list/entry";
import { candidates } from "../../engine/access-list/match";
import { DEFAULT_GATE } from "../../engine/sign-up/gate";
import type { PersonHashes } from "../../engine/sign-up/person";
import type { Policy } from "../../engine/sign-up/policy";
import { recordId } from "../../engine/sign-up/records";
import type { Row } from "../../engine/sign-up/rule";
import { MS_PER_DAY } from "../../engine/sign-up/time";
import type { DecisionStore, ListedDecision } from "../tables/decisions";
import type { Rows } from "../tables/rows";
import type { VerdictChange } from "./compare";
import { type NamedDecision, namedOf } from "./named";
import { newestOfEach } from "./newest";
import { outcomesOf } from "./outcomes";
import { isReplayable, type Replayable } from "./replay";

/** How far back decisions are judged again. */
export const FLIP_DAYS = 30;
/** Decisions looked at, the newest first. */
const MAX_READ = 5_000;
/** People and steps judged again. */
const MAX_JUDGED = 1_000;
/** Then what has been judged has to do: somebody waits for a page. */
const MAX_MS = 4_000;
/** Addresses whose decisions are looked up one by one. */
const MAX_ADDRESSES = 5;
/** People named. */
const NAMED = 20;

/** Rows of the list after an edit, by their keys; undefined where one is gone. */
export type EditedList = ReadonlyMap<string, Row | undefined>;

/** People whose newest decision would be another one. */
export interface FlippedPeople {
  readonly count: number;
  /** The first of them. */
  readonly named: readonly NamedDecision[];
}

/** Whom an edit of the list would treat otherwise. */
export interface Flips {
  readonly refused: FlippedPeople;
  readonly admitted: FlippedPeople;
  /** Decisions looked at. */
  readonly read: number;
  /** Whether that were not all of the last 30 days. */
  readonly cut: boolean;
}

export interface FlipSources {
  readonly decisions: Pick<DecisionStore, "between" | "byMailbox" | "whole">;
  /** The rows as they stand. */
  readonly read: Rows["read"];
  policiesAt(gate: string): readonly Policy[];
  hashes(): Promise<PersonHashes>;
  readonly now: Date;
}

/** Judges the last 30 days' decisions again with the list after an edit: the newest of each person at each step that it speaks of. */
export async function wouldFlip(edited: EditedList, sources: FlipSources): Promise<Flips> {
  const end = Date.now() + MAX_MS;
  const progress = { read: 0, judged: 0, cut: false };
  const isEnough = () => progress.read >= MAX_READ || progress.judged >= MAX_JUDGED || Date.now() >= end;
  const hashes = await sources.hashes();
  const [refused, admitted] = [new People(), new People()];
  for await (const found of newestOfEach(upTo(isEnough, reached(edited, sources), progress), () => undefined)) {
    const records = (await sources.decisions.whole(found)).filter(isReplayable);
    progress.judged += records.length;
    for (const [record, change] of await flipsAmong(records, edited, { ...sources, hashes })) {
      (change.kind === "now blocked" ? refused : admitted).add(record, change);
    }
  }
  return { refused: refused.asFound(), admitted: admitted.asFound(), read: progress.read, cut: progress.cut };
}

/** Counts what is read, and stops where that is enough. */
async function* upTo(
  isEnough: () => boolean,
  source: AsyncIterable<Reached>,
  progress: { read: number; cut: boolean },
): AsyncGenerator<readonly ListedDecision[]> {
  for await (const { read, decisions } of source) {
    if (isEnough()) {
      progress.cut = true;
      return;
    }
    progress.read += read;
    yield decisions;
  }
}

interface Reached {
  readonly read: number;
  readonly decisions: readonly ListedDecision[];
}

/** The decisions on people of whom the edited rows may speak, newest first. One person's are found without looking at the others'. */
async function* reached(edited: EditedList, { decisions, now }: FlipSources): AsyncGenerator<Reached> {
  const keys = [...edited.keys()];
  const addresses = keys.flatMap((key) => addressIn(key) ?? []);
  const from = new Date(now.getTime() - FLIP_DAYS * MS_PER_DAY);
  if (addresses.length === keys.length && keys.length <= MAX_ADDRESSES) {
    for (const address of new Set(addresses)) {
      for await (const page of decisions.byMailbox(address)) {
        const own = page.filter(({ at }) => at >= from.toISOString());
        yield { read: page.length, decisions: own };
        if (own.length < page.length) break;
      }
    }
    return;
  }
  const everybody = keys.some(isOfAnyAddress);
  for await (const page of decisions.between(from, now)) {
    const own = everybody ? page : page.filter(({ email }) => email !== undefined && mayReach(edited, email));
    yield { read: page.length, decisions: own };
  }
}

function addressIn(key: string): string | undefined {
  const read = readEntry(key);
  return read.ok && read.entry.kind === "address" ? read.entry.email : undefined;
}

/** Whether an entry's people cannot be told by their addresses alone. */
function isOfAnyAddress(key: string): boolean {
  const read = readEntry(key);
  return read.ok && ["account", "class", "everyone", "issuer"].includes(read.entry.kind);
}

function mayReach(edited: EditedList, email: string): boolean {
  return candidates({ email, identities: [] }, classNames).some(({ key }) => edited.has(key));
}

/** The records that end otherwise after the edit, and how. */
async function flipsAmong(
  records: readonly Replayable[],
  edited: EditedList,
  { read, policiesAt, hashes, now }: Omit<FlipSources, "hashes"> & { readonly hashes: PersonHashes },
): Promise<readonly (readonly [Replayable, VerdictChange])[]> {
  const live = remembered(read);
  const drafts = { before: live, after: overlaid(live, edited) };
  const flips: [Replayable, VerdictChange][] = [];
  for (const gate of new Set(records.map(({ gate = DEFAULT_GATE }) => gate))) {
    const own = records.filter((record) => (record.gate ?? DEFAULT_GATE) === gate);
    const policy = policiesAt(gate).map((each) => ({ step: each.step, policy: each }));
    const after = await outcomesOf(policy, own, { read: drafts.after, hashes, now });
    const before = await outcomesOf(policy, own, { read: drafts.before, hashes, now });
    for (const record of own) {
      const [was, is] = [before.get(record)?.change, after.get(record)?.change];
      if (was !== undefined && is !== undefined && isFlip(was, is, edited)) flips.push([record, is]);
    }
  }
  return flips;
}

/** Whether it is this edit that makes the difference: without it the list would say something else, or it is now the one that speaks. */
function isFlip(was: VerdictChange, is: VerdictChange, edited: EditedList): boolean {
  if (is.kind !== "now blocked" && is.kind !== "now let through") return false;
  const entry = is.by?.evidence?.entry;
  return was.kind !== is.kind || (typeof entry === "string" && edited.has(entry));
}

/** Rows are read once, however often they are asked for. */
function remembered(read: Rows["read"]): Rows["read"] {
  const known = new Map<string, Row | undefined>();
  return async (keys, signal) => {
    const missing = keys.filter((key) => !known.has(recordId(key)));
    if (missing.length > 0) {
      const found = await read(missing, signal);
      for (const key of missing) known.set(recordId(key), found.get(recordId(key)));
    }
    return new Map(keys.map(recordId).flatMap((id): [string, Row][] => withRow(id, known.get(id))));
  };
}

function overlaid(read: Rows["read"], edited: EditedList): Rows["read"] {
  const byId = new Map([...edited].map(([key, row]) => [recordId(rowKey(key)), row]));
  return async (keys, signal) => {
    const found = await read(keys, signal);
    return new Map(keys.map(recordId).flatMap((id): [string, Row][] => withRow(id, byId.has(id) ? byId.get(id) : found.get(id))));
  };
}

function withRow(id: string, row: Row | undefined): [string, Row][] {
  return row === undefined ? [] : [[id, row]];
}

/** Each person once, though a person has a decision at each step. */
class People {
  readonly #emails = new Set<string>();
  readonly #named: NamedDecision[] = [];

  add(record: Replayable, change: VerdictChange): void {
    if (this.#emails.has(record.email)) return;
    this.#emails.add(record.email);
    if (this.#named.length < NAMED) this.#named.push(namedOf(record, change));
  }

  asFound(): FlippedPeople {
    return { count: this.#emails.size, named: this.#named };
  }
}
