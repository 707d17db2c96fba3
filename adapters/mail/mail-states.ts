import { parseJsonObject } from "../../engine/json";
import { isReturned, type MailLine, type MailReport, type MailSubject, mergeLine } from "../../engine/mail/mail-line";
import { buildPersonId } from "../../engine/sign-up/person";
import { MS_PER_DAY, MS_PER_HOUR, timeAfter } from "../../engine/sign-up/time";
import type { AwsClient } from "../aws/client";
import { environment } from "../aws/environment";
import { personHash } from "../aws/person-key";
import { toItem, toRow } from "../tables/item";
import { batchGet, type DynamoTable, equal, getItem, putItem, updateItem } from "../tables/table";
import { EXPIRY_ATTRIBUTE, tables } from "../tables/tables";
import type { World } from "../world";

// States of mails, in rows of the usage table: one for each message of SES, one for each thing that mails are about.

/** Key prefix of SES's messages; the message's id follows. */
export const SENT_PREFIX = "mail-sent/";
/** Key prefix of what mails are about; the subject follows. */
export const ABOUT_PREFIX = "mail-about/";
/** Key prefix of the lists of what mails came back about; the day follows, in UTC. */
export const BACK_PREFIX = "mail-back/";

const KEPT_DAYS = 30;
/** Column prefix of a line about one mail. */
const LINE = "mail:";
const MOST_TRIES = 20;

export interface SentMail {
  readonly kind: string;
  /** Keyed hash of the reader's mailbox. Absent if the key cannot be read. */
  readonly reader?: string | undefined;
  readonly subjects: readonly MailSubject[];
}

export interface MailStateStore {
  /** Notes that SES took a message. Replaces the lines of these events, which waited. */
  sent(id: string, mail: SentMail): Promise<void>;
  /** Writes a line about a mail that has no message, and publishes it. */
  note(subject: MailSubject, line: MailLine): Promise<void>;
  /** @param id the line's */
  remove(subject: MailSubject, id: string): Promise<void>;
  /** Undefined if the message is unknown: of another deployment, or too old. */
  message(id: string): Promise<SentMail | undefined>;
  /**
   * Merges SES's report into a subject's line.
   * @param before called once, if the report changes the line. If it throws, the line stays
   */
  report(id: string, subject: MailSubject, report: MailReport, before: () => Promise<void>): Promise<void>;
}

const rowKey = ({ subject }: MailSubject) => toItem({ id: `${ABOUT_PREFIX}${subject}` });

function lineWriter(table: DynamoTable, { now }: Pick<World["clock"], "now">) {
  const expiry = () => ({ [EXPIRY_ATTRIBUTE]: Math.ceil((now() + KEPT_DAYS * MS_PER_DAY) / 1_000) });

  async function listBack({ subject }: MailSubject): Promise<void> {
    const at = new Date(now()).toISOString();
    await updateItem(table, toItem({ id: `${BACK_PREFIX}${at.slice(0, 10)}` }), { set: toItem({ [subject]: at, ...expiry() }) });
  }

  return {
    expiry,
    listBack,
    async write(about: MailSubject, line: MailLine): Promise<void> {
      const { personId } = about;
      const cells = { [`${LINE}${line.id}`]: JSON.stringify(line), personId, ...expiry() };
      await updateItem(table, rowKey(about), { set: toItem(cells) });
      if (isReturned(line)) await listBack(about);
    },
    async forget(about: MailSubject, id: string): Promise<void> {
      await updateItem(table, rowKey(about), { remove: [`${LINE}${id}`, "personId"] });
    },
  };
}

/** Tells other systems what became of a mail. */
export type PublishMail = (about: MailSubject, line: Pick<MailLine, "id" | "kind" | "state" | "at" | "why">) => Promise<void>;

/** @param name the usage table's deployed name. @param publish told of notes, not of reports. @default nobody is told */
export function mailStateStore(
  { tables: client, clock }: Pick<World, "tables" | "clock">,
  name: string,
  publish: PublishMail = async () => undefined,
): MailStateStore {
  const table: DynamoTable = { client, name, key: tables.ledger.key };
  const { expiry, listBack, ...lines } = lineWriter(table, clock);
  /** An erasure may have looked for the rows of these people before they were written. */
  const findForgotten = (people: readonly (string | undefined)[]) => readForgotten(client, name, people, clock.now());

  /** Undefined if there is no line, or if it stays as it is. */
  async function readMerged(id: string, { subject }: MailSubject, report: MailReport) {
    const cell = (await getItem(table, { id: `${ABOUT_PREFIX}${subject}` }))?.[`${LINE}${id}`];
    const line = parseJsonObject(cell?.S ?? "") as MailLine | undefined;
    const merged = line && mergeLine(line, report);
    return cell === undefined || merged === undefined || merged === line ? undefined : { cell, merged };
  }

  return {
    async note(about, line) {
      await lines.write(about, line);
      if ((await findForgotten([about.personId, line.reader])).size > 0) await lines.forget(about, line.id);
      else await publish(about, line);
    },
    async sent(id, { kind, reader, subjects }) {
      const at = new Date(clock.now()).toISOString();
      // An export and an erasure find the reader and the people whom the mail is about.
      const people = new Set([reader, ...subjects.map(({ personId }) => personId)].filter((each) => each !== undefined));
      const cells = { kind, reader, subjects: JSON.stringify(subjects), at, ...(people.size > 0 && { people }), ...expiry() };
      for (const about of subjects) await lines.write(about, { id, kind, reader, state: "sent", at, sentAt: at });
      // Last: SES's report of a message that is not noted yet is heard again later, and then finds every line.
      await putItem(table, toItem({ id: `${SENT_PREFIX}${id}`, ...cells }));
      if ((await findForgotten([...people])).size === 0) return;
      for (const about of subjects) await lines.forget(about, id);
      // The row stays without people, so that the function needs no right to delete.
      await putItem(table, toItem({ id: `${SENT_PREFIX}${id}`, kind, subjects: "[]", ...expiry() }));
    },
    async remove(about, id) {
      const key = rowKey(about);
      await updateItem(table, key, { remove: [`${LINE}${id}`] }, equal(key));
    },
    async message(id) {
      const item = await getItem(table, { id: `${SENT_PREFIX}${id}` });
      if (item === undefined) return undefined;
      const { subjects, ...row } = toRow(item);
      return { ...row, subjects: JSON.parse(String(subjects)) } as unknown as SentMail;
    },
    async report(id, about, report, before) {
      for (let count = 0; count < MOST_TRIES; count++) {
        const change = await readMerged(id, about, report);
        if (change === undefined) return;
        if (count === 0) await before();
        const { cell, merged } = change;
        const column = `${LINE}${id}`;
        const set = toItem({ [column]: JSON.stringify(merged), ...expiry() });
        if (!(await updateItem(table, rowKey(about), { set }, equal({ [column]: cell }))).written) continue;
        if (isReturned(merged)) await listBack(about);
        return;
      }
      throw new Error(`The mails about something were changed ${MOST_TRIES} times in a row.`);
    },
  };
}

/** A mail whose state cannot be noted was sent all the same. */
export async function noteQuietly(log: Pick<World["log"], "warn">, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    log.warn("state of mail not noted", { error: error instanceof Error ? error.name : typeof error });
  }
}

/**
 * Returns what became of mails of the last 30 days about these subjects, the oldest mail first. A row outlasts its oldest lines, because each
 * mail and each report keeps the whole row. @param name the usage table's deployed name
 */
export async function readMailLines(
  client: AwsClient,
  name: string,
  subjects: readonly string[],
  now: Date,
): Promise<ReadonlyMap<string, readonly MailLine[]>> {
  const keys = [...new Set(subjects)].map((subject) => ({ tableName: name, key: toItem({ id: `${ABOUT_PREFIX}${subject}` }) }));
  const items = await batchGet(client, keys);
  // By when the mail was sent, not by its last report: a mail is never shown without the one that replaced it.
  const from = timeAfter(now.toISOString(), -KEPT_DAYS * MS_PER_DAY);
  return new Map(
    items.map(([, item]) => {
      const lines = Object.entries(item)
        .flatMap(([column, cell]) => (column.startsWith(LINE) ? ((parseJsonObject(cell.S ?? "") as MailLine | undefined) ?? []) : []))
        .filter(({ sentAt }) => sentAt > from);
      return [String(item.id?.S).slice(ABOUT_PREFIX.length), lines.sort((one, other) => (one.sentAt < other.sentAt ? -1 : 1))] as const;
    }),
  );
}

/** Returns the subjects of mails that came back in the last 30 days. A mail that was sent again since may be among them. */
export async function readReturned(client: AwsClient, name: string, now: Date): Promise<readonly string[]> {
  const days = Array.from({ length: KEPT_DAYS + 1 }, (_, index) => new Date(now.getTime() - index * MS_PER_DAY).toISOString().slice(0, 10));
  const items = await batchGet(
    client,
    days.map((day) => ({ tableName: name, key: toItem({ id: `${BACK_PREFIX}${day}` }) })),
  );
  return [...new Set(items.flatMap(([, item]) => Object.keys(item).filter((column) => column.includes("/"))))];
}

/** Returns a function that hashes a reader's mailbox. It returns undefined if the key cannot be read. */
export function readerHash({ settings, secrets, clock }: Pick<World, "settings" | "secrets" | "clock">) {
  const keySecret = settings[environment.personKeySecret];
  const hashes = keySecret === undefined ? undefined : personHash(secrets, keySecret, clock);
  return async (mailbox: string): Promise<string | undefined> => {
    const { hashOf } = (await hashes?.().catch(() => undefined)) ?? {};
    return hashOf && buildPersonId(mailbox, hashOf);
  };
}

// A mail may be on its way at the moment of an erasure. Its rows are written first and then looked for a mark; an erasure writes the mark
// first and then looks for rows. So one of the two finds the rows, whichever comes first.

/** Key prefix of marks of erased people; the keyed hash of a mailbox follows. */
export const FORGOTTEN_PREFIX = "mail-forgotten/";
/** Longer than the queue tries an event. */
const MARKED_MS = 2 * MS_PER_HOUR;

/** @param name the usage table's deployed name */
export async function markForgotten(client: AwsClient, name: string, people: Iterable<string>, now: number): Promise<void> {
  const until = now + MARKED_MS;
  for (const person of people) {
    const row = { id: `${FORGOTTEN_PREFIX}${person}`, until, [EXPIRY_ATTRIBUTE]: Math.ceil(until / 1_000) };
    await putItem({ client, name, key: tables.ledger.key }, toItem(row));
  }
}

/** Returns those who were erased lately. @param name the usage table's deployed name */
export async function readForgotten(
  client: AwsClient,
  name: string,
  people: readonly (string | undefined)[],
  now: number,
): Promise<ReadonlySet<string>> {
  const ids = [...new Set(people.filter((each) => each !== undefined))];
  if (ids.length === 0) return new Set();
  const items = await batchGet(
    client,
    ids.map((person) => ({ tableName: name, key: toItem({ id: `${FORGOTTEN_PREFIX}${person}` }) })),
  );
  return new Set(items.flatMap(([, { id, until }]) => (Number(until?.N) > now ? [String(id?.S).slice(FORGOTTEN_PREFIX.length)] : [])));
}
