import { createHash } from "node:crypto";
import { mapInBatches } from "../../engine/collections";
import { MS_PER_DAY, MS_PER_MINUTE } from "../../engine/sign-up/time";
import type { AwsClient } from "../aws/client";
import { toItem } from "../tables/item";
import { absent, batchGet, below, type DynamoTable, eitherHolds, putItem } from "../tables/table";
import { EXPIRY_ATTRIBUTE, tables } from "../tables/tables";
import type { WorkNotes } from "../tables/work-notes";
import type { World } from "../world";
import { isRefusal, type Mail, type MailAccount } from "./send";
import { findSenderFault, isDenied, type SenderFault } from "./sender-fault";

/** `waiting`: the mail has not gone out, and is retried. */
export type Sent = "sent" | "refused" | "waiting";

/** `message`: SES's id of the message. `why`: why it was refused. */
export type SendOutcome = { readonly outcome: Sent; readonly message?: string; readonly why?: string };

export type MailAbout = Readonly<Record<string, string | readonly string[]>>;

const REFUSED_MAILS = "refused";

/** Logs only the code of a refusal, because SES's message quotes the address. */
export function refusalReport({ log }: Pick<World, "log">, notes: WorkNotes) {
  return async (error: string, about: MailAbout): Promise<void> => {
    log.error("mail refused", { error, ...about });
    log.count("MailsRefused");
    // A refused mail stays unsent, whatever comes of the next one.
    await notes.failed(error, { part: REFUSED_MAILS });
  };
}

/** @param onFault called if SES takes no mail of the sender: the mail waits */
export type Sending = (mail: Mail, from: string, about: MailAbout, onFault: (fault: SenderFault) => void) => Promise<SendOutcome>;

export function mailSending(world: Pick<World, "mail" | "mailAccount" | "log" | "clock">, notes: WorkNotes): Sending {
  const { mail: send, log } = world;
  const reportRefused = refusalReport({ log }, notes);
  const account = recentAccount(world);
  return async (mail, from, about, onFault) => {
    try {
      const message = await send(mail, from);
      log.info("mail sent", about);
      await notes.succeeded();
      return { outcome: "sent", message };
    } catch (error) {
      // SES does not always say in its refusal whose fault it is. If the account cannot be read either, the mail is tried again.
      // The sender must grant the right to read the account, as the right to send.
      const fault = await findSenderFault(error, from, account).catch((thrown) =>
        isDenied(thrown) ? ("access-denied" as const) : ("unknown" as const),
      );
      if (fault === undefined && isRefusal(error)) {
        await reportRefused(errorName(error), about);
        return { outcome: "refused", why: errorName(error) };
      }
      log.warn("mail not sent", { error: errorName(error), fault, ...about });
      if (fault === undefined || fault === "unknown") await notes.failed(error);
      else onFault(fault);
      return { outcome: "waiting" };
    }
  };
}

const recentAccounts = new WeakMap<World["mailAccount"], { readonly at: number; readonly account: Promise<MailAccount> }>();

/** Reads the account once a minute at most in a process, also if that fails. */
export function recentAccount({ mailAccount, clock }: Pick<World, "mailAccount" | "clock">): () => Promise<MailAccount> {
  return async () => {
    const last = recentAccounts.get(mailAccount);
    if (last !== undefined && clock.now() - last.at < MS_PER_MINUTE) return last.account;
    const account = mailAccount();
    recentAccounts.set(mailAccount, { at: clock.now(), account });
    return await account;
  };
}

/** Returns only an error's name, because the error's message may quote an address. */
export function errorName(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}

// A claim shows that a mail is being sent or was sent. A claim is a row of the usage table, one for each kind of mail, event and reader.

/** Key prefix of claims on mails. A hash of the mail's kind, event and reader follows. */
export const MAIL_PREFIX = "mail/";

/**
 * Time for which a claim keeps other runs from sending the mail: longer than any run. If a run is cut off, the next delivery sends the
 * mail. A mail that arrives twice is better than none.
 */
const LEASE_MS = 3 * MS_PER_MINUTE;
/** Time for which a claim is stored: longer than the queue and its dead-letter queue keep an event. */
const REMEMBERED_MS = 30 * MS_PER_DAY;
const AT_ONCE = 25;

/** `free`: this run sends the mail. `sent`: the mail went out. `held`: another run sends the mail. */
export type Claim = "free" | "sent" | "held";

export interface MailTo {
  readonly kind: string;
  readonly eventId: string;
  readonly mailbox: string;
}

export interface MailClaims {
  /** Claims mails. Returns a result for each, in order. */
  take(mails: readonly MailTo[]): Promise<readonly Claim[]>;
  /** Notes the outcome for claimed mails. If the outcome is not `sent`, another run may send the mails at once. Never rejects. */
  settle(mails: readonly MailTo[], outcome: Sent): Promise<void>;
}

/** @param name the usage table's deployed name */
export function mailClaims({ tables: client, clock, log }: Pick<World, "tables" | "clock" | "log">, name: string): MailClaims {
  const table: DynamoTable = { client, name, key: tables.ledger.key };
  /** Ids of claims on mails that went out but could not be noted. This process does not send them again; another process may. */
  const unnotedIds = new Set<string>();
  const buildClaimRow = (mail: MailTo, lease?: { readonly heldUntil: number }) => {
    const expires = Math.ceil((clock.now() + REMEMBERED_MS) / 1_000);
    return toItem({ id: buildClaimId(mail), [EXPIRY_ATTRIBUTE]: expires, ...lease });
  };

  async function takeOne(mail: MailTo): Promise<Claim> {
    if (unnotedIds.has(buildClaimId(mail))) {
      await settle([mail], "sent");
      return "sent";
    }
    const now = clock.now();
    const isFree = eitherHolds(absent("id"), below("heldUntil", { N: String(now) }));
    const result = await putItem(table, buildClaimRow(mail, { heldUntil: now + LEASE_MS }), isFree);
    if (result.written) return "free";
    return result.current?.heldUntil === undefined ? "sent" : "held";
  }

  async function settle(mails: readonly MailTo[], outcome: Sent): Promise<void> {
    // `heldUntil` 0 releases the claim. The row is not deleted, so that the function needs no permission to delete.
    const lease = outcome === "sent" ? undefined : { heldUntil: 0 };
    try {
      await mapInBatches(mails, AT_ONCE, (mail) => putItem(table, buildClaimRow(mail, lease)));
      for (const mail of mails) unnotedIds.delete(buildClaimId(mail));
    } catch (error) {
      if (outcome === "sent") for (const mail of mails) unnotedIds.add(buildClaimId(mail));
      log.warn("mail not noted", { error: errorName(error), outcome });
    }
  }

  return { take: (mails) => mapInBatches(mails, AT_ONCE, takeOne), settle };
}

/** Returns the mails that the usage table records as sent. @param name the usage table's deployed name */
export async function sentMails(client: AwsClient, name: string, mails: readonly MailTo[]): Promise<readonly MailTo[]> {
  const rows = await batchGet(
    client,
    mails.map((mail) => ({ tableName: name, key: toItem({ id: buildClaimId(mail) }) })),
  );
  const sentIds = new Set(rows.flatMap(([, { id, heldUntil }]) => (heldUntil === undefined ? [id?.S] : [])));
  return mails.filter((mail) => sentIds.has(buildClaimId(mail)));
}

function buildClaimId({ kind, eventId, mailbox }: MailTo): string {
  const hash = createHash("sha256").update(JSON.stringify([kind, eventId, mailbox]));
  return `${MAIL_PREFIX}${hash.digest("base64url")}`;
}
