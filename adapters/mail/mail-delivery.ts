import { groupBy } from "../../engine/collections";
import type { DomainEvent } from "../../engine/events/event-kind";
import { findMailSubject, type MailLine, type MailSubject } from "../../engine/mail/mail-line";
import type { OwnMailTexts } from "../../engine/mail/voice";
import { normaliseEmail } from "../../engine/sign-up/email";
import { normaliseMailbox } from "../../engine/sign-up/spellings";
import type { ApprovalSettings } from "../aws/approval-settings";
import { environment, requireVariable } from "../aws/environment";
import { workNotes } from "../tables/work-notes";
import type { World } from "../world";
import {
  type Claim,
  errorName,
  type MailAbout,
  type MailClaims,
  type MailTo,
  mailClaims,
  mailSending,
  refusalReport,
  type Sending,
  type SendOutcome,
  type Sent,
} from "./mail-sending";
import { mailStateStore, noteQuietly, type PublishMail, readerHash, type SentMail } from "./mail-states";
import type { Mail } from "./send";
import type { SenderFault } from "./sender-fault";

// Each reader gets one mail of each kind about an event, even if several runs send mails about it.

type MailWorld = Pick<World, "settings" | "secrets" | "tables" | "clock" | "mail" | "mailAccount" | "log">;

export type MailSettings = ApprovalSettings & { readonly mailFrom: string };

/** Mails that one run sends. */
export interface MailBatch {
  readonly settings: MailSettings;
  /** True if there is time to begin another mail, and no fault of the sender stops every mail. */
  hasTime(): boolean;
  /** Called if a mail waits until the sender's fault is mended. */
  onFault(fault: SenderFault): void;
  /** Resolves when the next mail may go. @default at once */
  pace?(): Promise<void>;
}

interface MailTopic {
  readonly id: string;
}

/** The events that each reader still needs a mail about, by reader. */
export type Due<E extends MailTopic> = ReadonlyMap<string, readonly E[]>;

/** A mail to readers, about events that are due to all of them. */
export interface MadeMail<E extends MailTopic> {
  readonly mail: Mail;
  readonly about: readonly E[];
}

interface MailOrder<E extends MailTopic> {
  /** A reader can get one mail of each kind about an event. */
  readonly kind: string;
  readonly to: readonly string[];
  readonly about: readonly E[];
  /** Makes the mails about the due events. If a due event is in none of these mails, it needs no mail any more. */
  make(due: Due<E>): Promise<readonly MadeMail<E>[]>;
  logged(about: readonly E[]): MailAbout;
}

export interface MailDelivery {
  /** Sends the mails that have not gone out yet. `waiting`: at least one mail is still to be sent. `refused`: every mail was refused. */
  deliver<E extends MailTopic>(delivery: MailOrder<E>, batch: MailBatch): Promise<Sent>;
  /** Reports a mail to an address to which SES cannot send. */
  reportRefused(error: string, about: MailAbout, refused: RefusedMail): Promise<void>;
}

interface RefusedMail {
  readonly kind: string;
  readonly about: readonly MailTopic[];
}

interface Part<E extends MailTopic> {
  readonly reader: string;
  readonly event: E;
  readonly mail: MailTo;
}

export function mailDelivery(world: MailWorld, publish: PublishMail): MailDelivery {
  const claims = mailClaims(world, requireVariable(environment.ledgerTable, world.settings));
  const notes = workNotes(world, "mails");
  const send = mailSending(world, notes);
  const states = mailStateNotes(world, publish);
  const report = refusalReport(world, notes);
  return {
    async reportRefused(error, logged, { kind, about }) {
      await report(error, logged);
      for (const each of about) await states.refused(findMailSubject(each), { kind, event: each.id, why: error });
    },
    async deliver(delivery, batch) {
      try {
        const parts = splitOrder(delivery);
        const taken = await claims.take(parts.map(({ mail }) => mail));
        const free = parts.filter((_, index) => taken[index] === "free");
        return combineOutcomes(taken, await sendDue(delivery, free, batch, { send, claims, states }));
      } catch (error) {
        world.log.warn("mail not sent", { error: errorName(error), ...delivery.logged(delivery.about) });
        await notes.failed(error);
        return "waiting";
      }
    },
  };
}

/** Makes one mail for all readers with the same due events. @param mailOf returns undefined if the events need no mail any more */
export function sharedMail<E extends MailTopic>(
  mailOf: (about: readonly E[], to: readonly string[]) => Mail | undefined | Promise<Mail | undefined>,
): MailOrder<E>["make"] {
  return async (due) => {
    const madeMails: MadeMail<E>[] = [];
    for (const readers of groupBy([...due], ([, about]) => about.map(({ id }) => id).join()).values()) {
      const [[, about] = ["", []]] = readers;
      const to = readers.map(([reader]) => reader);
      const mail = await mailOf(about, to);
      if (mail !== undefined) madeMails.push({ mail, about });
    }
    return madeMails;
  };
}

/** Splits an order by reader and event. If several addresses belong to one mailbox, only the first address gets the mail. */
function splitOrder<E extends MailTopic>({ kind, to, about }: MailOrder<E>): readonly Part<E>[] {
  return [...groupBy(to, mailboxAt)].flatMap(([mailbox, [reader = ""]]) =>
    about.map((event) => ({ reader, event, mail: { kind, eventId: event.id, mailbox } })),
  );
}

function mailboxAt(address: string): string {
  const email = normaliseEmail(address);
  return email === undefined ? address : normaliseMailbox(email);
}

interface SendTools {
  readonly send: Sending;
  readonly claims: MailClaims;
  readonly states: ReturnType<typeof mailStateNotes>;
}

const NO_TIME: SendOutcome = { outcome: "waiting" };

async function sendDue<E extends MailTopic>(
  { kind, make, logged }: MailOrder<E>,
  free: readonly Part<E>[],
  { settings: { mailFrom }, hasTime, onFault, pace }: MailBatch,
  { send, claims, states }: SendTools,
): Promise<readonly Sent[]> {
  if (free.length === 0) return [];
  // Fields of a mail's log line: if somebody gets two mails, the lines show which events caused them.
  const describeMail = (about: readonly E[]): MailAbout => ({ mail: kind, events: about.map(({ id }) => id), ...logged(about) });
  const remainingParts = new Set(free);
  const settle = (parts: readonly Part<E>[], outcome: Sent) =>
    claims.settle(
      parts.map(({ mail }) => mail),
      outcome,
    );
  const due = new Map([...groupBy(free, ({ reader }) => reader)].map(([reader, parts]) => [reader, parts.map(({ event }) => event)]));
  const outcomes: Sent[] = [];
  try {
    // Each reader gets a message of their own, so that what SES reports of a message is about one reader.
    for (const { mail, about, reader } of (await make(due)).flatMap((made) => made.mail.to.map((to) => ({ ...made, reader: to })))) {
      const ownParts = free.filter((part) => part.reader === reader && about.includes(part.event));
      await pace?.();
      const sent = hasTime() ? await send({ ...mail, to: [reader] }, mailFrom, describeMail(about), onFault) : NO_TIME;
      for (const part of ownParts) remainingParts.delete(part);
      await settle(ownParts, sent.outcome);
      await states.settled(sent, { kind, mailbox: mailboxAt(reader), subjects: about.map(findMailSubject), event: about[0]?.id ?? "" });
      outcomes.push(sent.outcome);
    }
  } catch (error) {
    await settle([...remainingParts], "waiting");
    throw error;
  }
  await settle([...remainingParts], "sent");
  return outcomes;
}

/** Notes what became of mails, for operators. Never rejects: a mail that is not noted was sent all the same. */
function mailStateNotes(world: MailWorld, publish: PublishMail) {
  const hashReader = readerHash(world);
  const store = mailStateStore(world, requireVariable(environment.ledgerTable, world.settings), publish);
  const attempt = (work: () => Promise<void>) => noteQuietly(world.log, work);
  const refused = (
    about: MailSubject,
    { kind, event, why, reader }: Pick<MailLine, "kind" | "why" | "reader"> & { readonly event: string },
  ) =>
    attempt(async () => {
      const at = new Date(world.clock.now()).toISOString();
      await store.note(about, { id: `${event}.${kind}`, kind, reader, state: "not-sent", at, sentAt: at, why });
    });
  return {
    refused,
    async settled(
      { outcome, message, why }: SendOutcome,
      { event, mailbox, ...mail }: Omit<SentMail, "reader"> & { readonly mailbox: string; readonly event: string },
    ) {
      if (outcome === "waiting") return;
      const reader = await hashReader(mailbox);
      if (outcome === "sent") await attempt(() => store.sent(message ?? "", { ...mail, reader }));
      else for (const about of mail.subjects) await refused(about, { kind: mail.kind, event, why, reader });
    },
  };
}

function combineOutcomes(states: readonly Claim[], outcomes: readonly Sent[]): Sent {
  if (states.includes("held") || outcomes.includes("waiting")) return "waiting";
  const isSent = states.includes("sent") || outcomes.length === 0 || outcomes.includes("sent");
  return isSent ? "sent" : "refused";
}

/** `done`: no mail is left to send. `retry`: the queue delivers the events again. */
export type MailOutcome = "done" | "retry";

export interface MailTools extends MailDelivery {
  readonly world: MailWorld;
  readonly ownTexts: OwnMailTexts;
}

/** One kind of mail. An event may cause several kinds, for different people: each is sent, and retried, separately. */
export interface MailKind<E extends DomainEvent = DomainEvent> {
  /** Order of the kind among the mails of a delivery. @default 50 */
  readonly order?: number;
  readonly name: string;
  takes(event: DomainEvent): event is E;
  /** Returns a key: events with the same key share one mail. */
  keyOf(event: E): string;
  send(events: readonly E[], batch: MailBatch): Promise<MailOutcome>;
  /**
   * Returns an event that waited for long as the rows are now; undefined if it is no longer true.
   * @default the event
   */
  renew?(event: E): Promise<E | undefined>;
}
