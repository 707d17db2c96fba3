import { grouped } from "../../engine/grouped";
import { normaliseEmail } from "../../engine/sign-up/email";
import { mailboxOf } from "../../engine/sign-up/spellings";
import type { ApprovalSettings } from "../aws/approval-settings";
import { environment, required } from "../aws/environment";
import type { World } from "../world";
import { type Claim, type MailClaims, type MailTo, mailClaims } from "./mail-claims";
import { errorName, type MailAbout, mailSending, refusalReport, type Sent } from "./mail-sending";
import type { Mail } from "./send";

// Readers are told of each event once, whoever else sends mails at the time or sent them before.

export type MailSettings = ApprovalSettings & { readonly mailFrom: string };

/** What holds for one delivery of the queue. */
export interface MailBatch {
  readonly settings: MailSettings;
  /** Whether there is time to begin another mail. */
  hasTime(): boolean;
}

/** What a mail is about: an event's detail. */
export interface Told {
  readonly id: string;
}

/** By reader, what nobody has told them yet. */
export type Due<E extends Told> = ReadonlyMap<string, readonly E[]>;

/** A mail to readers that are due, about all of these. */
export interface MadeMail<E extends Told> {
  readonly mail: Mail;
  readonly about: readonly E[];
}

/** What readers are to be told. */
export interface MailOrder<E extends Told> {
  /** Beside the event and the reader, what goes out once. */
  readonly kind: string;
  readonly to: readonly string[];
  readonly about: readonly E[];
  /** Makes the mails of what is due. What is in none of them is no news any more. */
  make(due: Due<E>): Promise<readonly MadeMail<E>[]>;
  logged(about: readonly E[]): MailAbout;
}

export interface MailDelivery {
  /** Tells readers what nobody has told them yet. `refused`: none of them was told, and none can be. */
  deliver<E extends Told>(delivery: MailOrder<E>, batch: MailBatch): Promise<Sent>;
  reportRefused(error: string, about: MailAbout): void;
}

/** One reader's part of a delivery. */
interface Part<E extends Told> {
  readonly reader: string;
  readonly event: E;
  readonly mail: MailTo;
}

type Sending = (mail: Mail, from: string, about: MailAbout) => Promise<Sent>;

export function mailDelivery(world: Pick<World, "mail" | "log" | "tables" | "clock" | "settings">): MailDelivery {
  const claims = mailClaims(world, required(environment.ledgerTable, world.settings));
  /** Mails that went out, which the ledger could not be told of. */
  const unnoted = new Set<string>();
  const [send, settle] = [mailSending(world), settling(world, claims, unnoted)];

  async function claimed(parts: readonly { readonly mail: MailTo }[]): Promise<readonly Claim[]> {
    const sent = parts.filter(({ mail }) => unnoted.has(keyOf(mail)));
    const states = await claims.take(parts.map(({ mail }) => mail));
    if (sent.length > 0) await settle(sent, "sent");
    return states.map((state, index) => (sent.includes(parts[index] as (typeof parts)[number]) ? "told" : state));
  }

  return {
    reportRefused: refusalReport(world),
    async deliver(delivery, batch) {
      try {
        const parts = partsOf(delivery);
        const states = await claimed(parts);
        const free = parts.filter((_, index) => states[index] === "free");
        return summed(states, await sendDue(delivery, free, batch, { send, settle }));
      } catch (error) {
        world.log.warn("mail not sent", { error: errorName(error), ...delivery.logged(delivery.about) });
        return "waiting";
      }
    },
  };
}

/** One mail to all who have not been told of the same events. @param mailOf undefined where nobody has to hear of them any more */
export function sharedMail<E extends Told>(
  mailOf: (about: readonly E[], to: readonly string[]) => Mail | undefined | Promise<Mail | undefined>,
): MailOrder<E>["make"] {
  return async (due) => {
    const made: MadeMail<E>[] = [];
    for (const readers of grouped([...due], ([, about]) => about.map(({ id }) => id).join()).values()) {
      const [[, about] = ["", []]] = readers;
      const to = readers.map(([reader]) => reader);
      const mail = await mailOf(about, to);
      if (mail !== undefined) made.push({ mail, about });
    }
    return made;
  };
}

/** Of several spellings of a mailbox, the first gets the mail. */
function partsOf<E extends Told>({ kind, to, about }: MailOrder<E>): readonly Part<E>[] {
  return [...grouped(to, mailboxAt)].flatMap(([mailbox, [reader = ""]]) =>
    about.map((event) => ({ reader, event, mail: { kind, eventId: event.id, mailbox } })),
  );
}

function mailboxAt(address: string): string {
  const normalised = normaliseEmail(address);
  return normalised === undefined ? address : mailboxOf(normalised);
}

/** Sends what is this run's to send. */
async function sendDue<E extends Told>(
  { make, logged }: MailOrder<E>,
  free: readonly Part<E>[],
  { settings: { mailFrom }, hasTime }: MailBatch,
  { send, settle }: { readonly send: Sending; readonly settle: ReturnType<typeof settling> },
): Promise<readonly Sent[]> {
  if (free.length === 0) return [];
  const left = new Set(free);
  const outcomes: Sent[] = [];
  try {
    for (const { mail, about } of await make(dueOf(free))) {
      const own = free.filter(({ reader, event }) => mail.to.includes(reader) && about.includes(event));
      const outcome = hasTime() ? await send(mail, mailFrom, logged(about)) : "waiting";
      for (const part of own) left.delete(part);
      await settle(own, outcome);
      outcomes.push(outcome);
    }
  } catch (error) {
    await settle([...left], "waiting");
    throw error;
  }
  await settle([...left], "sent");
  return outcomes;
}

function dueOf<E extends Told>(free: readonly Part<E>[]): Due<E> {
  const byReader = grouped(free, ({ reader }) => reader);
  return new Map([...byReader].map(([reader, parts]) => [reader, parts.map(({ event }) => event)]));
}

const keyOf = ({ kind, eventId, mailbox }: MailTo) => JSON.stringify([kind, eventId, mailbox]);

/**
 * Writes down what became of mails. If it cannot be written, the next delivery finds them held; this process remembers those that went
 * out, and another sends them again.
 */
function settling({ log }: Pick<World, "log">, claims: MailClaims, unnoted: Set<string>) {
  return async (parts: readonly { readonly mail: MailTo }[], outcome: Sent): Promise<void> => {
    const mails = parts.map(({ mail }) => mail);
    try {
      await (outcome === "sent" ? claims.keep(mails) : claims.giveBack(mails));
      for (const each of mails) unnoted.delete(keyOf(each));
    } catch (error) {
      if (outcome === "sent") for (const each of mails) unnoted.add(keyOf(each));
      log.warn("mail not noted", { error: errorName(error), outcome });
    }
  };
}

function summed(states: readonly Claim[], outcomes: readonly Sent[]): Sent {
  if (states.includes("held") || outcomes.includes("waiting")) return "waiting";
  const isTold = states.includes("told") || outcomes.length === 0 || outcomes.includes("sent");
  return isTold ? "sent" : "refused";
}
