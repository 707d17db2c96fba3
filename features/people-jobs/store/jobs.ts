import type { AwsClient } from "../../../adapters/aws/client";
import { momentId } from "../../../adapters/system";
import { type Item, toItem, toRow } from "../../../adapters/tables/item";
import { absent, type DynamoTable, getItem, putItem, putting, writeAlone } from "../../../adapters/tables/table";
import { tables } from "../../../adapters/tables/tables";
import { transact } from "../../../adapters/tables/transaction";
import { omit, splitIntoChunks } from "../../../engine/collections";
import { invalidMember } from "../../../engine/fields";
import { MS_PER_DAY } from "../../../engine/sign-up/time";
import { changingRow, newestRows, rowOfId } from "../../access-list/store/newest-rows";
import { EARLIER_PART_PEOPLE, JOB_DAYS, PART_PEOPLE, PEOPLE_JOBS, PEOPLE_OF_JOB, type PeopleJob, peopleJobRow } from "../job";

/** A person of an act. Kinds add what they need. */
export interface NamedPerson {
  /** In refusals: an account's object id, an invitation's id. */
  readonly id: string;
  /** Keyed hash of the mailbox, by which an erasure finds the person. */
  readonly personId: string;
  readonly email?: string;
}

/** Null: the person was erased. */
export type JobPerson = NamedPerson | null;

export type PeopleJobDraft = Pick<PeopleJob, "kind" | "by" | "name" | "via" | "account" | "userNames" | "input" | "about" | "of">;

const PARTS_AT_ONCE = 8;

export type PeopleJobStore = ReturnType<typeof peopleJobStore>;

/** @param perPart the number of people in a part, after which an act's progress is stored */
export function peopleJobStore(client: AwsClient, name: string, perPart = PART_PEOPLE) {
  const table = { client, name, key: tables.listChanges.key };
  /** Stores the people first, so that an act that begins has them all. @returns the write that begins it */
  async function prepare(draft: PeopleJobDraft, people: readonly JobPerson[], now: Date, leaseMs: number) {
    const expires = Math.floor((now.getTime() + JOB_DAYS * MS_PER_DAY) / 1_000);
    const id = momentId(now);
    const parts = [...splitIntoChunks(people, perPart).entries()];
    for (const some of splitIntoChunks(parts, PARTS_AT_ONCE))
      await Promise.all(
        some.map(([part, each]) => putItem(table, toItem({ ...partKey(id, part), people: JSON.stringify(each), expires }))),
      );
    const progress = { total: people.length, perPart, next: 0, refused: 0, kept: [], aliveUntil: now.getTime() + leaseMs } as const;
    const job: PeopleJob = { ...draft, ...progress, state: "begun", id, at: now.toISOString(), expires };
    return { job, write: putting(table, toItem({ ...omit(job, "id"), set: PEOPLE_JOBS, part: id }), absent("set")) };
  }

  return {
    async begin(draft: PeopleJobDraft, people: readonly JobPerson[], now: Date, leaseMs: number): Promise<PeopleJob> {
      const { job, write } = await prepare(draft, people, now, leaseMs);
      await writeAlone(write);
      return job;
    },
    /** Begins the Undo of an act, and marks the act as undone. @returns undefined, and writes nothing, if somebody else was faster */
    async beginUndo(
      undone: PeopleJob,
      draft: PeopleJobDraft,
      people: readonly JobPerson[],
      now: Date,
      leaseMs: number,
    ): Promise<PeopleJob | undefined> {
      const { job, write } = await prepare(draft, people, now, leaseMs);
      const mark = changingRow(table, PEOPLE_JOBS, undone.id, { state: "done", undoneBy: undefined }, { undoneBy: job.id });
      return (await transact(client, [write, mark])).written ? job : undefined;
    },
    async get(id: string): Promise<PeopleJob | undefined> {
      const item = await rowOfId(table, PEOPLE_JOBS, id);
      return item && readJob(item);
    },
    /** Newest first. @param before an id: the page begins with the next older act */
    page: (before?: string, limit?: number) => newestRows(table, PEOPLE_JOBS, readJob, before, limit),
    /** Writes only if the columns in `unchanged` are as in `job`. */
    async update(job: PeopleJob, unchanged: readonly (keyof PeopleJob)[], facts: Partial<PeopleJob>): Promise<PeopleJob | undefined> {
      const expected = Object.fromEntries(unchanged.map((name) => [name, job[name]]));
      const { written } = await writeAlone(changingRow(table, PEOPLE_JOBS, job.id, expected, facts));
      return written ? { ...job, ...facts } : undefined;
    },
    /** Reads people from one on, to the end of their part. */
    async people(
      { id, perPart: inPart = EARLIER_PART_PEOPLE }: Pick<PeopleJob, "id" | "perPart">,
      from: number,
    ): Promise<readonly JobPerson[]> {
      return (await readPart(table, id, Math.floor(from / inPart))).slice(from % inPart);
    },
    /** Removes somebody from the people of all acts. The others keep their places, because progress is counted by them. */
    async forget(personIds: ReadonlySet<string>): Promise<void> {
      let before: string | undefined;
      do {
        const { items, next } = await newestRows(table, PEOPLE_JOBS, readJob, before);
        for (const job of items) await forgetIn(table, job, personIds);
        before = next;
      } while (before !== undefined);
    },
  };
}

function partKey(id: string, part: number) {
  return { set: `${PEOPLE_OF_JOB}${id}`, part: String(part).padStart(6, "0") };
}

async function readPart(table: DynamoTable, id: string, part: number): Promise<readonly JobPerson[]> {
  const item = await getItem(table, partKey(id, part));
  return item === undefined ? [] : JSON.parse(String(toRow(item).people));
}

async function forgetIn(
  table: DynamoTable,
  { id, total, perPart = EARLIER_PART_PEOPLE, kept }: PeopleJob,
  personIds: ReadonlySet<string>,
): Promise<void> {
  const isTheirs = (person: JobPerson) => person !== null && personIds.has(person.personId);
  let rest = kept;
  for (let part = 0; part * perPart < total; part++) {
    const people = await readPart(table, id, part);
    const ids = people.filter(isTheirs).map((person) => person?.id);
    if (ids.length === 0) continue;
    const others = people.map((person) => (isTheirs(person) ? null : person));
    const key = partKey(id, part);
    // The function that erases people may update these rows, and add none.
    await writeAlone(changingRow(table, key.set, key.part, {}, { people: JSON.stringify(others) }));
    rest = rest.filter((each) => !ids.includes(each.id));
  }
  if (rest.length < kept.length) await writeAlone(changingRow(table, PEOPLE_JOBS, id, { kept }, { kept: rest }));
}

function readJob(item: Item): PeopleJob | undefined {
  const row = toRow(item);
  if (invalidMember(peopleJobRow, row) !== undefined) return undefined;
  const { set: _, part, ...job } = row;
  return { ...job, id: String(part) } as unknown as PeopleJob;
}
