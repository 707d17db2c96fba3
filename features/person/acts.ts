import { type Act, type ActEntry, type Concern, Refusal, readEach } from "../../adapters/operator/act";
import type { Actor } from "../../engine/audited-change";
import type { Named } from "../access-list/entry";
import type { ApprovalRequest } from "../approvals/request";
import { hashes } from "../audit/world";
import { type Erased, type ErasureChoice, ErasureError, eraseKept, findObstacle, type PersonData, readKept } from "./store/erase";
import {
  beginErasure as beginJob,
  type ErasureCall,
  erasureJob,
  erasureSubject,
  isErasing,
  type StoredJob,
  updateJob,
} from "./store/erasure-job";
import { type ExportedPage, type ExportPlace, exportPersonPages } from "./store/export";
import { type PersonFound, personBehind } from "./store/person";
import { findStoredWays, forgetSignUpWays, type SignUpWay } from "./store/sign-up-ways";
import { type ErasureCode, type ErasureFacts, erasureWords, writeObstacle } from "./words";
import { erasingStores, erasureRows, personStores, usageRows } from "./world";

interface ErasureState {
  readonly named: Named;
  /** The keyed hash by which the audit log and the job's row name the person. */
  readonly person: string;
  /** The erasure of this person that the console began last. */
  readonly job: StoredJob | undefined;
  readonly requests: readonly ApprovalRequest[];
  readonly now: Date;
}

function refuse(code: ErasureCode, facts: ErasureFacts, { via }: Actor): Concern {
  return { code, weight: "refused", facts, text: () => writeObstacle(code, facts, via === "command") };
}

/** @param ownRun the run of the function that goes on with the erasure */
function listConcerns({ named: { other }, job, requests, now }: ErasureState, choice: ErasureChoice, actor: Actor, ownRun?: string) {
  const concerns: Concern[] = [];
  if (job !== undefined && job.job.run !== ownRun && isErasing(job.job, now)) concerns.push(refuse("busy", { by: job.job.name }, actor));
  for (const request of requests) {
    const obstacle = findObstacle(request, choice, now);
    if (obstacle !== undefined) concerns.push(refuse(obstacle, { reference: request.reference }, actor));
  }
  return [...concerns, ...findOtherAddress(other)];
}

function findOtherAddress(other: string | undefined): readonly Concern[] {
  if (other === undefined) return [];
  return [{ code: "other-address", weight: "shown", facts: { other }, text: () => erasureWords.otherAddress(other) }];
}

const forGood: Concern = { code: "for-good", weight: "typed", text: () => erasureWords.forGood };

const eraseUses = { stores: erasingStores, hashes };

interface EraseTarget {
  readonly named: Named;
  /** The run of the console's erasure, if the function goes on with it. */
  readonly run?: string;
}

export interface EraseState extends ErasureState {
  readonly run: string | undefined;
  readonly data: PersonData;
}

/** Deletes what is stored about a person: by the command, and by the function that the console starts. */
export const erase: Act<typeof eraseUses, EraseTarget, ErasureChoice, EraseState, Erased> = {
  ...{ name: "person.erase", may: "Administrator", uses: eraseUses },
  read: readEach(async ({ named, run }, { stores, hashes }, { now }) => {
    const person = erasureSubject(named, (await hashes()).hashOf);
    const job = await erasureJob(stores.ledger, person);
    const data = await readKept(named, await hashes(), stores);
    return { named, person, run, job, requests: data.requests, data, now };
  }),
  concerns(state, choice, actor) {
    const concerns = listConcerns(state, choice, actor, state.run);
    return countKept(state.data, choice) > 0 ? [...concerns, forGood] : concerns;
  },
  async perform({ person, data }, choice, { stores }, { actor }) {
    const { by, name, via } = actor;
    // After an erasure by command, an export finds nothing: scripts check that.
    const isCommand = via === "command";
    const author = { by, ...(name !== undefined && { name }), via, ...(!isCommand && { person }) };
    try {
      const erased = await eraseKept(data, choice, author, stores);
      if (!isCommand) await stores.trail?.tell({ ...author, action: "person.erased", outcome: "done" }, new Date());
      return erased;
    } catch (error) {
      if (error instanceof ErasureError) return new Refusal(refuse(error.why, error.facts, actor));
      throw error;
    }
  },
};

function countKept(
  { decisions, rows, sets, proposals, accounts, profiles, requests, ledger }: PersonData,
  { list }: ErasureChoice,
): number {
  const kinds = [sets, proposals, accounts, profiles, requests, ledger, list ? rows : []];
  return kinds.reduce((sum, { length }) => sum + length, decisions);
}

const beginUses = { rows: erasureRows, hashes };

interface BeginTarget {
  readonly named: Named;
  /** The requests that the page has just read. Those under other addresses of the person are found by the function. */
  readonly requests: readonly ApprovalRequest[];
}

interface BeginInput extends ErasureChoice {
  /** Starts the function that erases. */
  start(call: ErasureCall): Promise<unknown>;
}

/** Begins an erasure, with which a function goes on: it may take minutes, and needs rights that no page has. */
export const beginErasure: Act<typeof beginUses, BeginTarget, BeginInput, ErasureState, StoredJob> = {
  ...{ name: "person.begin-erasure", may: "Administrator", uses: beginUses },
  read: readEach(async ({ named, requests }, { rows, hashes }, { now }) => {
    const person = erasureSubject(named, (await hashes()).hashOf);
    return { named, person, job: await erasureJob(rows, person), requests, now };
  }),
  concerns: (state, choice, actor) => [...listConcerns(state, choice, actor), forGood],
  entry: ({ person }) => ({ action: "person.erasure-asked", subject: "", person }),
  async perform({ named, person, job: current, now }, { start, list, approvals }, { rows }, { actor }) {
    const { by, name = by } = actor;
    const job = await beginJob(rows, current, { list, approvals, by, name, person }, now);
    if (job === undefined) return new Refusal(refuse("busy", { by: (await erasureJob(rows, person))?.job.name }, actor));
    try {
      await start({ typed: named.typed, run: job.job.run });
    } catch (error) {
      await updateJob(rows, job, { state: "stopped", obstacle: { why: "failed" } }, now);
      throw error;
    }
    return job;
  },
};

const forgetUses = { rows: usageRows, hashes };

interface ForgetState {
  readonly person: string;
  readonly ways: readonly SignUpWay[];
}

const asked: Concern = { code: "forget", weight: "asked", text: () => erasureWords.forget };
const notKnown: Concern = { code: "not-known", weight: "refused", text: () => erasureWords.notKnown };

/** Lets a person sign up in another way. */
export const forgetAccount: Act<typeof forgetUses, Named, object, ForgetState, readonly SignUpWay[]> = {
  ...{ name: "person.forget-account", may: "Administrator", uses: forgetUses },
  read: readEach(async (named, { rows, hashes }) => ({
    person: erasureSubject(named, (await hashes()).hashOf),
    ways: await findStoredWays(named.same[0] ?? "", await hashes(), rows),
  })),
  concerns: ({ ways }) => [ways.length === 0 ? notKnown : asked],
  entry: ({ person }) => ({ action: "person.account-forgotten", subject: "", person }),
  perform: async ({ ways }, _, { rows }) => ((await forgetSignUpWays(ways, rows)) ? ways : undefined),
};

const exportUses = { stores: personStores, hashes };

export type { ExportPlace, KeptKind } from "./store/export";

interface ExportState {
  readonly named: Named;
  readonly found: PersonFound;
}

export interface PersonExport {
  /** The entry of each file that the console hands out. By command, AWS's own log says who read. */
  readonly entry: Pick<ActEntry, "action" | "person">;
  /** @param from the place after an earlier page. @default the beginning */
  pages(from?: ExportPlace): AsyncIterable<ExportedPage>;
}

/** Reads what is stored about a person. Without a write, so that a script finds nothing after an erasure by command. */
export const exportPerson: Act<typeof exportUses, Named, object, ExportState, PersonExport> = {
  ...{ name: "person.export", may: "Administrator", uses: exportUses },
  read: readEach(async (named, { stores, hashes }) => ({ named, found: await personBehind(named, await hashes(), stores) })),
  concerns({ named: { other }, found: { unproven } }) {
    const issuers = [...new Set(unproven.flat())];
    const text = () => erasureWords.unproven(issuers.join(", "));
    const left: Concern = { code: "unproven-accounts", weight: "shown", facts: { issuers }, text };
    return [...findOtherAddress(other), ...(unproven.length === 0 ? [] : [left])];
  },
  perform: async ({ named, found }, _, { stores, hashes }) => ({
    entry: { action: "person.exported", person: erasureSubject(named, (await hashes()).hashOf) },
    pages: (from) => exportPersonPages(found, stores, from),
  }),
};

export const acts = [erase, beginErasure, exportPerson, forgetAccount] as const;
