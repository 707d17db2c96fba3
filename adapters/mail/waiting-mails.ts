import type { DomainEvent } from "../../engine/events/event-kind";
import { parseJson } from "../../engine/json";
import { findMailSubject, type MailLine, type MailState, omitMentions } from "../../engine/mail/mail-line";
import { readMailbox } from "../../engine/sign-up/spellings";
import { MS_PER_DAY, timeAfter } from "../../engine/sign-up/time";
import { toItem, toRow } from "../tables/item";
import { absent, batchGet, type DynamoTable, equal, getItem, putItem } from "../tables/table";
import { EXPIRY_ATTRIBUTE, tables } from "../tables/tables";
import type { World } from "../world";
import { mailStateStore, noteQuietly, type PublishMail, readForgotten } from "./mail-states";
import type { SenderFault } from "./sender-fault";

// Events whose mail waits until the sender's fault is mended, as a log in the usage table: a row an event, numbered without gaps, and a head.

/** Key prefix of the log in the usage table. */
export const WAITING_PREFIX = "mail-waiting/";
const HEAD_ID = `${WAITING_PREFIX}head`;
const rowId = (number: number) => `${WAITING_PREFIX}${number}`;

/** A mail that waited longer is not sent. */
const LONGEST_WAIT_MS = 30 * MS_PER_DAY;
/** A row goes only after its mail counts as not sent. */
const KEPT_MS = LONGEST_WAIT_MS + MS_PER_DAY;
/** Two processes of the mail function add at once. */
const MOST_TRIES = 50;

interface Head {
  /** The oldest number that may still wait. */
  readonly first: number;
  /** The next number to be given. The log may already be longer, if a process was cut off. */
  readonly next: number;
  /** The number of mails that wait. A process that was cut off may not have counted. */
  readonly count: number;
  /** Time of the last try. */
  readonly triedAt?: number | undefined;
  /** The last number tried alone. The next try takes the next one, because one reader's address can be at fault. */
  readonly tried?: number | undefined;
  /** True while mails go. */
  readonly isGoing?: boolean | undefined;
  /** Where the mails go on if time was short. */
  readonly goesOnAt?: number | undefined;
  readonly turn: number;
}

export interface WaitingEvent {
  readonly number: number;
  readonly event: DomainEvent;
  /** When it began to wait. ISO 8601. */
  readonly at: string;
  readonly why: SenderFault;
}

export interface WaitingMails {
  add(events: readonly DomainEvent[], why: SenderFault): Promise<void>;
  head(): Promise<Head>;
  /** Changes the head, also if it was changed meanwhile. */
  changeHead(change: (head: Head) => Partial<Head>): Promise<void>;
  /** Returns the waiting events of the numbers from `from`, and the number after them. `next` is undefined at the log's end. */
  read(from: number): Promise<{ readonly waiting: readonly WaitingEvent[]; readonly next?: number }>;
  /** Returns the oldest waiting event of the numbers from `from`. */
  next(from: number): Promise<WaitingEvent | undefined>;
  /** Notes that an event waits for another reason by now, unless its row was erased. */
  blame(event: WaitingEvent, why: SenderFault): Promise<void>;
  /** The events no longer wait. Their rows stay without them, so that the log has no gap. */
  finish(events: readonly WaitingEvent[]): Promise<void>;
  /** Finishes events whose mail is not sent. */
  giveUp(events: readonly WaitingEvent[]): Promise<void>;
}

/** Limit of events that are read, and sent, together. */
const PAGE = 25;

function headStore(table: DynamoTable): Pick<WaitingMails, "head" | "changeHead"> {
  async function head(): Promise<Head> {
    const item = await getItem(table, { id: HEAD_ID });
    return item === undefined ? { first: 1, next: 1, count: 0, turn: 0 } : (toRow(item) as unknown as Head);
  }

  async function changeHead(change: (head: Head) => Partial<Head>): Promise<void> {
    for (let count = 0; count < MOST_TRIES; count++) {
      const before = await head();
      const { turn } = before;
      const item = toItem({ ...before, ...change(before), turn: turn + 1, id: HEAD_ID });
      if ((await putItem(table, item, turn === 0 ? absent("id") : equal(toItem({ turn })))).written) return;
    }
    throw new Error(`The head of waiting mails was changed ${MOST_TRIES} times in a row.`);
  }

  return { head, changeHead };
}

function logReader(table: DynamoTable, head: WaitingMails["head"]): Pick<WaitingMails, "read" | "next"> {
  async function read(from: number): ReturnType<WaitingMails["read"]> {
    // Read before the rows: a row that is added meanwhile is not passed over.
    const end = Math.min(from + PAGE, (await head()).next);
    if (from >= end) return { waiting: [] };
    const numbers = Array.from({ length: end - from }, (_, index) => from + index);
    const items = await batchGet(
      table.client,
      numbers.map((number) => ({ tableName: table.name, key: toItem({ id: rowId(number) }) })),
    );
    const rows = new Map(items.map(([, item]) => [item.id?.S, toRow(item)]));
    const waiting = numbers.flatMap((number) => {
      const { event, at, why } = rows.get(rowId(number)) ?? {};
      return event === undefined ? [] : [{ number, event: parseJson(String(event)), at, why } as unknown as WaitingEvent];
    });
    return { waiting, next: end };
  }

  async function next(from: number): Promise<WaitingEvent | undefined> {
    for (let number: number | undefined = from; number !== undefined; ) {
      const page: Awaited<ReturnType<typeof read>> = await read(number);
      if (page.waiting[0] !== undefined) return page.waiting[0];
      number = page.next;
    }
    return undefined;
  }

  return { read, next };
}

function toLine({ type, detail }: DomainEvent, state: MailState, why: SenderFault, now: number): MailLine {
  const at = new Date(now).toISOString();
  return { id: detail.id, kind: type, state, at, sentAt: at, why };
}

/** An export and an erasure find the row by `personId` and `email`. */
function toCells({ event, at, why }: Omit<WaitingEvent, "number">) {
  const { email } = event.detail as { readonly email?: string };
  return { event: JSON.stringify(event), at, why, personId: findMailSubject(event.detail).personId, email };
}

/** Returns the mailboxes of the addresses at any depth of a detail, each with its address. */
function listMailboxes(detail: object): ReadonlyMap<string, string> {
  const mailboxes = new Map<string, string>();
  JSON.stringify(detail, (_, value: unknown) => {
    const mailbox = typeof value === "string" ? readMailbox(value) : "";
    if (mailbox !== "") mailboxes.set(String(value), mailbox);
    return value;
  });
  return mailboxes;
}

/** Returns a function that takes out of an event who was erased while it was under way; undefined if it is about one of them. */
function createOmit(findForgotten: (people: readonly string[]) => Promise<ReadonlySet<string>>, hashReader: HashReader) {
  return async (event: DomainEvent): Promise<DomainEvent | undefined> => {
    const { personId = "" } = findMailSubject(event.detail);
    const ids = new Map<string, string>();
    for (const [address, mailbox] of listMailboxes(event.detail)) ids.set(address, (await hashReader(mailbox)) ?? "");
    const forgottenIds = await findForgotten([personId, ...ids.values()].filter((id) => id !== ""));
    if (forgottenIds.size === 0) return event;
    if (forgottenIds.has(personId)) return undefined;
    return { ...event, detail: omitMentions(event.detail, (text) => forgottenIds.has(ids.get(text) ?? "")) as DomainEvent["detail"] };
  };
}

/** Returns the hash by which an erasure marks a mailbox. */
type HashReader = (mailbox: string) => Promise<string | undefined>;

interface WaitingOptions {
  /** Told of mails that wait or are given up. @default nobody is told */
  readonly publish?: PublishMail;
  /** @default only the person whom an event is about is looked for */
  readonly hashReader?: HashReader;
}

/** @param name the usage table's deployed name */
export function waitingMails(
  world: Pick<World, "tables" | "clock" | "log">,
  name: string,
  { publish, hashReader = async () => undefined }: WaitingOptions = {},
): WaitingMails {
  const { tables: client, clock, log } = world;
  const states = mailStateStore(world, name, publish);
  const table: DynamoTable = { client, name, key: tables.ledger.key };
  const { head, changeHead } = headStore(table);
  const { read, next } = logReader(table, head);
  const expires = () => Math.ceil((clock.now() + KEPT_MS) / 1_000);
  const omitForgotten = createOmit((people) => readForgotten(client, name, people, clock.now()), hashReader);

  async function end(events: readonly WaitingEvent[], note: (event: DomainEvent, why: SenderFault) => Promise<void>): Promise<void> {
    for (const { number, event, why } of events) {
      await putItem(table, toItem({ id: rowId(number), [EXPIRY_ATTRIBUTE]: expires() }));
      await noteQuietly(log, () => note(event, why));
    }
    if (events.length > 0) await changeHead(({ count }) => ({ count: Math.max(0, count - events.length) }));
  }

  return {
    head,
    changeHead,
    async add(events, why) {
      const at = new Date(clock.now()).toISOString();
      let number = (await head()).next;
      let forgottenCount = 0;
      for (const event of events) {
        const cells = { ...toCells({ event, at, why }), [EXPIRY_ATTRIBUTE]: expires() };
        while (!(await putItem(table, toItem({ id: rowId(number), ...cells }), absent("id"))).written) number += 1;
        number += 1;
        await noteQuietly(log, () => states.note(findMailSubject(event.detail), toLine(event, "waiting", why, clock.now())));
        const rest = await omitForgotten(event);
        if (rest === event) continue;
        const kept = rest && toCells({ event: rest, at, why });
        const row = toItem({ id: rowId(number - 1), ...kept, [EXPIRY_ATTRIBUTE]: expires() });
        const { written } = await putItem(table, row, equal(toItem({ event: cells.event })));
        if (written && rest === undefined) forgottenCount += 1;
      }
      await changeHead((before) => ({ next: Math.max(before.next, number), count: before.count + events.length - forgottenCount }));
    },
    read,
    next,
    async blame({ number, event, at }, why) {
      const cells = toCells({ event, at, why });
      const row = toItem({ id: rowId(number), ...cells, [EXPIRY_ATTRIBUTE]: expires() });
      // An erasure may have taken somebody out of the event meanwhile.
      if (!(await putItem(table, row, equal(toItem({ at, event: cells.event })))).written) return;
      await noteQuietly(log, () => states.note(findMailSubject(event.detail), toLine(event, "waiting", why, Date.parse(at))));
    },
    // A mail that went has a line of its own, and one that is no longer true needs none.
    finish: (events) => end(events, ({ detail }) => states.remove(findMailSubject(detail), detail.id)),
    giveUp: (events) =>
      end(events, (event, why) => states.note(findMailSubject(event.detail), toLine(event, "not-sent", why, clock.now()))),
  };
}

/** True if the mail waited so long that it is not sent. */
export function isTooLate({ at }: Pick<WaitingEvent, "at">, now: number): boolean {
  return Date.parse(timeAfter(at, LONGEST_WAIT_MS)) <= now;
}
