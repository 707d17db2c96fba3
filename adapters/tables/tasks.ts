import { omit } from "../../engine/collections";
import { invalidMember } from "../../engine/fields";
import { subjectParts, type Task, taskRow } from "../../engine/tasks/task";
import type { AwsClient } from "../aws/client";
import { type Item, toItem, toRow } from "./item";
import { absent, batchGet, type DynamoTable, equal, getItem, putItem, updateItem } from "./table";
import { EXPIRY_ATTRIBUTE, TASK_PREFIX, tables } from "./tables";

/** Usage table: key prefix of tasks for mailings after an outage. */
export const MAILING_PREFIX = `${TASK_PREFIX}about/mailing/`;
const KEPT_SECONDS = 180 * 86_400;

/** A task has the owner, notes, snooze and outcome of one subject. */
export interface TaskStore {
  /** Undefined if nobody has changed the task yet. */
  get(subject: string): Promise<Task | undefined>;
  /** Returns tasks by subject: only those that somebody has changed. */
  of(subjects: readonly string[]): Promise<ReadonlyMap<string, Task>>;
  /** Unfinished tasks only. @param owner the account's object id */
  ownedBy(owner: string): Promise<readonly Task[]>;
  /** Newest first. @param day UTC */
  doneOn(day: string): Promise<readonly Task[]>;
  /** Returns false, and writes nothing, if somebody else has changed the task since the read. */
  replace(before: Task | undefined, after: Task, now: Date): Promise<boolean>;
}

export function taskStore(client: AwsClient, name: string): TaskStore {
  const table: DynamoTable = { client, name, key: tables.ledger.key };

  async function of(subjects: readonly string[]): Promise<ReadonlyMap<string, Task>> {
    const keys = [...new Set(subjects)].map((subject) => ({ tableName: name, key: toItem(taskKey(subject)) }));
    const items = await batchGet(client, keys);
    return new Map(items.flatMap(([, item]) => taskIn(item)).map((task) => [task.subject, task]));
  }

  /** May return tasks that do not belong to the index, because the index is written before the task. */
  async function listedIn(index: string): Promise<readonly Task[]> {
    const row = (await getItem(table, { id: index })) ?? {};
    return [...(await of(Object.keys(row).filter((column) => subjectParts(column) !== undefined))).values()];
  }

  const expires = (now: Date) => Math.floor(now.getTime() / 1_000) + KEPT_SECONDS;

  /** Each subject has its own column, so that simultaneous writes do not conflict. */
  async function list(index: string, subject: string, now: Date): Promise<void> {
    const cellsToSet = toItem({ [subject]: now.toISOString(), [EXPIRY_ATTRIBUTE]: expires(now) });
    await updateItem(table, toItem({ id: index }), { set: cellsToSet });
  }

  async function unlist(index: string, subject: string): Promise<void> {
    const row = toItem({ id: index });
    await updateItem(table, row, { remove: [subject] }, equal(row));
  }

  return {
    of,
    get: async (subject) => (await getItem(table, taskKey(subject)).then((item) => (item === undefined ? [] : taskIn(item))))[0],
    ownedBy: async (owner) => (await listedIn(ownerIndex(owner))).filter((task) => task.owner?.id === owner && task.done === undefined),
    doneOn: async (day) =>
      (await listedIn(dayIndex(day)))
        .filter(({ done }) => done?.at.startsWith(day))
        .sort((one, other) => ((one.done?.at ?? "") < (other.done?.at ?? "") ? 1 : -1)),
    async replace(before, after, now) {
      const { subject } = after;
      const wantedIndexes = buildTaskIndexes(after);
      for (const index of wantedIndexes) await list(index, subject, now);
      const item = toItem({ ...after, ...taskKey(subject), [EXPIRY_ATTRIBUTE]: expires(now) });
      const isAsRead = before === undefined ? absent("id") : equal(toItem({ turn: before.turn }));
      if (!(await putItem(table, item, isAsRead)).written) return false;
      const leftIndexes = before === undefined ? [] : buildTaskIndexes(before).filter((index) => !wantedIndexes.includes(index));
      for (const index of leftIndexes) await unlist(index, subject);
      return true;
    },
  };
}

function buildTaskIndexes({ owner, done }: Task): readonly string[] {
  if (done !== undefined) return [dayIndex(done.at.slice(0, 10))];
  return owner === undefined ? [] : [ownerIndex(owner.id)];
}

function ownerIndex(owner: string): string {
  return `${TASK_PREFIX}of/${owner}`;
}

function dayIndex(day: string): string {
  return `${TASK_PREFIX}done/${day}`;
}

function taskKey(subject: string): { readonly id: string } {
  return { id: `${TASK_PREFIX}about/${subject}` };
}

/** An unreadable task, for example after an edit by hand, counts as absent. */
function taskIn(item: Item): readonly Task[] {
  const row = omit(toRow(item), "id", EXPIRY_ATTRIBUTE);
  return invalidMember(taskRow, row) === undefined ? [row as unknown as Task] : [];
}
