import { setTimeout as sleep } from "node:timers/promises";
import type { ApprovalSettings } from "../../../adapters/aws/approval-settings";
import type { MailSettings } from "../../../adapters/mail/mail-delivery";
import { errorName, recentAccount } from "../../../adapters/mail/mail-sending";
import { LEAST_RATE } from "../../../adapters/mail/send";
import { type SenderFault, stopsEveryMail } from "../../../adapters/mail/sender-fault";
import { isTooLate, type WaitingEvent, type WaitingMails } from "../../../adapters/mail/waiting-mails";
import type { WorkNotes } from "../../../adapters/tables/work-notes";
import type { World } from "../../../adapters/world";
import { MS_PER_MINUTE } from "../../../engine/sign-up/time";
import { SENDER_PART } from "../../../engine/work";
import type { LeftEvents, MailRun, SendMails } from "./send-mails";

// Mails that wait until the sender's fault is mended. A schedule tries one of them a quarter of an hour; once it goes, the others follow.

/** A minute less than a quarter of an hour, because a schedule may be early. */
const TRY_EVERY_MS = 14 * MS_PER_MINUTE;
/** Waiting mails leave the other half of SES's rate to new ones. */
const SHARE_OF_RATE = 1 / 2;

interface Sending {
  readonly send: SendMails;
  /** Undefined if the settings cannot be used. */
  settingsOf(): Promise<ApprovalSettings | undefined>;
}

export function hasSender(settings: ApprovalSettings | undefined): settings is MailSettings {
  return settings?.mailFrom !== undefined;
}

export async function reportWaiting({ log }: Pick<World, "log">, notes: WorkNotes, fault: SenderFault, waiting: number): Promise<void> {
  log.error("mails wait", { fault, waiting });
  log.count("MailsRefused");
  await notes.failed(fault, { part: SENDER_PART, waiting });
}

async function noteFaults(
  waiting: WaitingMails,
  events: readonly WaitingEvent[],
  leftEvents: LeftEvents,
): Promise<SenderFault | undefined> {
  let last: SenderFault | undefined;
  for (const each of events) {
    const fault = leftEvents.get(each.event.detail.id);
    if (fault !== undefined && fault !== each.why) await waiting.blame(each, fault);
    last = fault ?? last;
  }
  return last;
}

/** Returns the number after the last event that was tried. Those that were not tried are left without a fault. */
function findUntried(events: readonly WaitingEvent[], leftEvents: LeftEvents): number | undefined {
  const last = events.findLast(({ event: { detail } }) => !leftEvents.has(detail.id) || leftEvents.get(detail.id) !== undefined);
  return last && last.number + 1;
}

/** Notes for operators what still waits. Nothing waits also if rows were erased, or not counted by a process that was cut off. */
async function noteRest(
  world: Pick<World, "log">,
  waiting: WaitingMails,
  notes: WorkNotes,
  { first, next, lastFault }: { readonly first: number; readonly next: number; readonly lastFault: SenderFault | undefined },
): Promise<void> {
  const one = await waiting.next(first);
  const { isGoing, count } = await waiting.head();
  if (one === undefined) {
    await notes.succeeded(SENDER_PART);
    await waiting.changeHead((head) => (head.next === next ? { first: next, count: 0 } : {}));
  } else if (isGoing) await notes.failed(one.why, { part: SENDER_PART, at: one.at, waiting: count, isGoing });
  else await reportWaiting(world, notes, lastFault ?? one.why, count);
}

export function waitingMailRun(
  world: Pick<World, "mailAccount" | "clock" | "log">,
  waiting: WaitingMails,
  notes: WorkNotes,
  { send, settingsOf }: Sending,
): (hasTime: () => boolean) => Promise<void> {
  const { clock, log } = world;
  const account = recentAccount(world);
  /** The fault that kept the mail that was tried last. */
  let lastFault: SenderFault | undefined;

  /** Returns what is left of the events. Those that are sent, no longer true or too old are finished. */
  async function deliver(waitingEvents: readonly WaitingEvent[], run: MailRun): Promise<LeftEvents> {
    const lateEvents = waitingEvents.filter((each) => isTooLate(each, clock.now()));
    for (const { event, why } of lateEvents) log.error("mail given up", { event: event.type, events: [event.detail.id], fault: why });
    const due = waitingEvents.filter((each) => !lateEvents.includes(each));
    const leftEvents = await send(
      due.map(({ event }) => event),
      run,
    );
    await waiting.finish(due.filter(({ event }) => !leftEvents.has(event.detail.id)));
    await waiting.giveUp(lateEvents);
    lastFault = (await noteFaults(waiting, due, leftEvents)) ?? lastFault;
    return leftEvents;
  }

  /** Tries one alone. Returns true if it went. */
  async function tryOne(run: MailRun): Promise<boolean> {
    const { first, tried = 0 } = await waiting.head();
    const one = (await waiting.next(Math.max(first, tried + 1))) ?? (await waiting.next(first));
    const leftEvents = one && (await deliver([one], run));
    const isGoing = leftEvents?.size === 0;
    await waiting.changeHead(() => ({ triedAt: clock.now(), tried: one?.number, isGoing }));
    return isGoing;
  }

  /** Sends the others, oldest first. Ends at the log's end, at a fault that stops every mail, or if time is short: the next start goes on. */
  async function sendOthers(run: MailRun): Promise<void> {
    const { first: oldest, goesOnAt: begin = oldest } = await waiting.head();
    let isAllDone = begin === oldest;
    for (let next: number | undefined = begin; next !== undefined; ) {
      const page = await waiting.read(next);
      const leftEvents = await deliver(page.waiting, run);
      const goesOnAt = findUntried(page.waiting, leftEvents) ?? next;
      if (!run.hasTime()) return await waiting.changeHead(() => ({ goesOnAt }));
      if ([...leftEvents.values()].some((fault) => fault !== undefined && stopsEveryMail(fault))) break;
      isAllDone &&= leftEvents.size === 0;
      next = page.next;
      const first = next;
      if (isAllDone && first !== undefined) await waiting.changeHead(() => ({ first }));
    }
    await waiting.changeHead(() => ({ triedAt: clock.now(), isGoing: false, goesOnAt: undefined }));
  }

  return async (hasTime) => {
    const { first, next, triedAt, isGoing = false } = await waiting.head();
    if (first >= next || (!isGoing && triedAt !== undefined && clock.now() - triedAt < TRY_EVERY_MS)) return;
    const settings = await settingsOf();
    if (!hasSender(settings)) return;
    try {
      const { rate } = await account().catch(() => ({ rate: LEAST_RATE }));
      const run = { settings, hasTime, isLate: true, pace: makePace(rate * SHARE_OF_RATE) };
      if (isGoing || (await tryOne(run))) await sendOthers(run);
    } catch (error) {
      log.warn("mail not sent", { error: errorName(error) });
    }
    await noteRest(world, waiting, notes, { first, next, lastFault });
  };
}

function makePace(perSecond: number): () => Promise<void> {
  let last = Promise.resolve();
  return () => {
    const turn = last;
    last = turn.then(() => sleep(1_000 / perSecond));
    return turn;
  };
}
