import { createHash } from "node:crypto";
import { MS_PER_DAY, MS_PER_MINUTE } from "../../engine/sign-up/time";
import { absent, below, eitherHolds } from "../tables/expressions";
import { toItem } from "../tables/item";
import { type DynamoTable, putItem } from "../tables/table";
import { EXPIRY_ATTRIBUTE, tables } from "../tables/tables";
import type { World } from "../world";

// Which mails go out or went out: a row of the ledger for each event and reader.

/** With what their ids in the ledger begin: a hash of the event and its reader follows. */
export const MAIL_PREFIX = "mail/";

/**
 * How long a mail is left to the run that began it. No run is as long; a run that was cut off tells nobody, so that the queue's
 * next delivery sends its mail, perhaps a second time: better twice than never.
 */
const LEASE_MS = 3 * MS_PER_MINUTE;
/** Longer than the queue and its dead-letter queue keep an event. */
const REMEMBERED_MS = 30 * MS_PER_DAY;
const AT_ONCE = 25;

/** A reader's part of an event. `free`: nobody else sends it; it is this run's for now. */
export type Claim = "free" | "told" | "held";

/** One mail about one event to one reader. */
export interface MailTo {
  readonly kind: string;
  readonly eventId: string;
  readonly mailbox: string;
}

export interface MailClaims {
  /** In the order asked for. */
  take(mails: readonly MailTo[]): Promise<readonly Claim[]>;
  /** They went out. */
  keep(mails: readonly MailTo[]): Promise<void>;
  /** They did not, and may at once. */
  giveBack(mails: readonly MailTo[]): Promise<void>;
}

/** @param name the ledger's deployed name */
export function mailClaims({ tables: client, clock }: Pick<World, "tables" | "clock">, name: string): MailClaims {
  const table: DynamoTable = { client, name, key: tables.ledger.key };
  const rowOf = (mail: MailTo, held?: { readonly heldUntil: number }) => {
    const expires = Math.ceil((clock.now() + REMEMBERED_MS) / 1_000);
    return toItem({ id: `${MAIL_PREFIX}${hashOf(mail)}`, [EXPIRY_ATTRIBUTE]: expires, ...held });
  };

  async function takeOne(mail: MailTo): Promise<Claim> {
    const now = clock.now();
    const isFree = eitherHolds(absent("id"), below("heldUntil", { N: String(now) }));
    const result = await putItem(table, rowOf(mail, { heldUntil: now + LEASE_MS }), isFree);
    if (result.written) return "free";
    return result.current?.heldUntil === undefined ? "told" : "held";
  }

  return {
    take: (mails) => eachOf(mails, takeOne),
    keep: async (mails) => void (await eachOf(mails, (mail) => putItem(table, rowOf(mail)))),
    // Written over rather than deleted: the function needs no other right.
    giveBack: async (mails) => void (await eachOf(mails, (mail) => putItem(table, rowOf(mail, { heldUntil: 0 })))),
  };
}

function hashOf({ kind, eventId, mailbox }: MailTo): string {
  return createHash("sha256")
    .update(JSON.stringify([kind, eventId, mailbox]))
    .digest("base64url");
}

async function eachOf<T, R>(all: readonly T[], work: (each: T) => Promise<R>): Promise<readonly R[]> {
  const results: R[] = [];
  for (let from = 0; from < all.length; from += AT_ONCE) results.push(...(await Promise.all(all.slice(from, from + AT_ONCE).map(work))));
  return results;
}
