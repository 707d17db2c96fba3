import type { AwsClient } from "../../../adapters/aws/client";
import { momentId } from "../../../adapters/system";
import { type Item, toItem, toRow } from "../../../adapters/tables/item";
import { absent, getItem, putItem, writeAlone } from "../../../adapters/tables/table";
import { tables } from "../../../adapters/tables/tables";
import { omit, splitIntoChunks } from "../../../engine/collections";
import { invalidMember } from "../../../engine/fields";
import { MS_PER_DAY } from "../../../engine/sign-up/time";
import { changingRow, newestRows, rowOfId } from "../../access-list/store/newest-rows";
import { JOB_DAYS, PART_PEOPLE, PEOPLE_JOBS, PEOPLE_OF_JOB, type PeopleJob, peopleJobRow } from "../job";

/** A person of an act. Kinds add what they need. */
export interface NamedPerson {
  /** In refusals: an account's object id, a request's id. */
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

export function peopleJobStore(client: AwsClient, name: string) {
  const table = { client, name, key: tables.listChanges.key };
  const partKey = (id: string, part: number) => ({ set: `${PEOPLE_OF_JOB}${id}`, part: String(part).padStart(6, "0") });

  async function readPart(id: string, part: number): Promise<readonly JobPerson[]> {
    const item = await getItem(table, partKey(id, part));
    return item === undefined ? [] : JSON.parse(String(toRow(item).people));
  }

  return {
    /** Stores the people first, so that an act that begins has them all. */
    async begin(draft: PeopleJobDraft, people: readonly JobPerson[], now: Date, leaseMs: number): Promise<PeopleJob> {
      const expires = Math.floor((now.getTime() + JOB_DAYS * MS_PER_DAY) / 1_000);
      const id = momentId(now);
      const parts = [...splitIntoChunks(people, PART_PEOPLE).entries()];
      for (const some of splitIntoChunks(parts, PARTS_AT_ONCE))
        await Promise.all(
          some.map(([part, each]) => putItem(table, toItem({ ...partKey(id, part), people: JSON.stringify(each), expires }))),
        );
      const progress = {
        total: people.length,
        next: 0,
        refused: 0,
        kept: [],
        state: "begun",
        aliveUntil: now.getTime() + leaseMs,
      } as const;
      const job: PeopleJob = { ...draft, ...progress, id, at: now.toISOString(), expires };
      await putItem(table, toItem({ ...omit(job, "id"), set: PEOPLE_JOBS, part: id }), absent("set"));
      return job;
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
    async people({ id }: Pick<PeopleJob, "id">, from: number): Promise<readonly JobPerson[]> {
      return (await readPart(id, Math.floor(from / PART_PEOPLE))).slice(from % PART_PEOPLE);
    },
    /** Removes somebody from the people of all acts. The others keep their places, because progress is counted by them. */
    async forget(personIds: ReadonlySet<string>): Promise<void> {
      const isTheirs = (person: JobPerson) => person !== null && personIds.has(person.personId);
      let before: string | undefined;
      do {
        const { items, next } = await newestRows(table, PEOPLE_JOBS, readJob, before);
        for (const { id, total, kept } of items) {
          for (let part = 0; part * PART_PEOPLE < total; part++) {
            const people = await readPart(id, part);
            const ids = people.filter(isTheirs).map((person) => person?.id);
            if (ids.length === 0) continue;
            const others = people.map((person) => (isTheirs(person) ? null : person));
            const key = partKey(id, part);
            // The function that erases people may update these rows, and add none.
            await writeAlone(changingRow(table, key.set, key.part, {}, { people: JSON.stringify(others) }));
            const rest = kept.filter((each) => !ids.includes(each.id));
            if (rest.length < kept.length) await writeAlone(changingRow(table, PEOPLE_JOBS, id, { kept }, { kept: rest }));
          }
        }
        before = next;
      } while (before !== undefined);
    },
  };
}

function readJob(item: Item): PeopleJob | undefined {
  const row = toRow(item);
  if (invalidMember(peopleJobRow, row) !== undefined) return undefined;
  const { set: _, part, ...job } = row;
  return { ...job, id: String(part) } as unknown as PeopleJob;
}
