import { UpstreamError } from "../../engine/sign-up/failure";
import type { Fields, IdentityVerifier, Verification } from "../../engine/sign-up/identity-verifier";
import type { HashOf } from "../../engine/sign-up/person";
import { recordId } from "../../engine/sign-up/records";
import type { Context, RecordKey, Row } from "../../engine/sign-up/rule";
import { deadlineIn, pause } from "../../engine/sign-up/time";
import type { UpstreamFailure } from "../../engine/sign-up/upstream";
import type { Put } from "../../engine/sign-up/verdict";
import { type DecidedVerification, isDecided, type LedgerChange, plan, settle } from "./calls";

/** One question to a vendor, and the place of the ledger row with the calls about this person. */
export interface Question {
  readonly verifier: IdentityVerifier;
  readonly fields: Fields;
  /** Hash of the question: see `questionHash`. */
  readonly question: string;
  readonly ledger: RecordKey;
  readonly personId: string;
  readonly attemptsPerDay: number;
}

export type VerificationAnswer =
  /** With `upstreamFailure`, the vendor's answer could not be stored, so a repeat may ask the vendor again. */
  | (DecidedVerification & { readonly upstreamFailure?: UpstreamFailure })
  | Exclude<Verification, DecidedVerification>
  | { readonly kind: "too-many-attempts" }
  /** The row in the ledger cannot be read, because somebody else changed the row. */
  | { readonly kind: "unreadable" };

/** Pause between two reads of the ledger while another instance calls the vendor. */
const POLL_MS = 150;
/** The longest wait, in milliseconds, after another instance wrote the row first. */
const JITTER_MS = 40;
/** With less time left, another read of the ledger might not return in time. */
const LAST_LOOK_MS = POLL_MS + 100;
/** Time that is kept free after the vendor's call, because the call's outcome still has to be written. */
const SETTLE_MS = 300;
/** Part of SETTLE_MS that is kept for the rule's own answer. */
const ANSWER_MS = 100;
/** With less time left, a call would cost money and could hardly be answered in time. */
const LEAST_CALL_MS = SETTLE_MS + 200;
/**
 * Extra time for which a reservation lasts after the end of the function that makes the call. Clocks differ, and the function's last write
 * may still be under way.
 */
const LEASE_MARGIN_MS = 1_000;
const MAX_SETTLE_ATTEMPTS = 5;

/**
 * Returns the vendor's answer from the ledger, waits for a call under way, or asks the vendor. Reserves a call before making it. So only
 * one function instance asks, however many have the same question. Throws only if the ledger fails.
 */
export async function askOnce(question: Question, context: Context): Promise<VerificationAnswer> {
  const { verifier, ledger, attemptsPerDay } = question;
  const { services, signal, remainingMs } = context;
  let row = context.records.get(ledger);
  for (;;) {
    const attempt = services.random.uuid();
    // This is the clock, not the call's `now`: a reservation must last as long as its function does.
    const step = plan(row, {
      reference: question.question,
      now: services.clock.now(),
      attemptsPerDay,
      leaseMs: remainingMs() + LEASE_MARGIN_MS,
      attempt,
    });
    if (step.do === "reuse") return step.outcome;
    if (step.do === "exhausted") return { kind: "too-many-attempts" };
    if (step.do === "unreadable") return { kind: "unreadable" };
    if (remainingMs() < (step.do === "call" ? LEAST_CALL_MS : LAST_LOOK_MS)) return tooLate(verifier);
    if (step.do === "call") {
      const putEffect = buildPut(question, step.change);
      if (await services.write(putEffect, signal)) return await makeCall(question, attempt, putEffect.item, context);
    }
    await pause(step.do === "wait" ? POLL_MS : services.random.fraction() * JITTER_MS, services.clock);
    row = (await services.read([ledger], signal)).get(recordId(ledger));
  }
}

/** @param row the row with the reservation of this call */
async function makeCall(question: Question, attempt: string, row: Row, context: Context): Promise<VerificationAnswer> {
  const outcome = await askVendor(question, context);
  const wasKept = await keep(question, row, attempt, outcome, context);
  return wasKept || outcome.kind === "unavailable" ? outcome : { ...outcome, upstreamFailure: { service: "ledger", kind: "failed" } };
}

/**
 * Returns the vendor's answer. If the answer is late, returns "unavailable" early enough that the outcome can be written before the
 * deadline. Never rejects.
 */
async function askVendor({ verifier, fields, question }: Question, context: Context): Promise<Verification> {
  const deadline = deadlineIn(context.remainingMs() - SETTLE_MS, context.services.clock);
  const shorter: Context = { ...context, signal: deadline.signal, remainingMs: deadline.remainingMs };
  try {
    return checkOutcome(await deadline.hold(() => verifier.verify(fields, questionReference(question), shorter)), verifier);
  } catch (error) {
    if (error instanceof UpstreamError) return { kind: "unavailable", upstreamFailure: error.failure };
    if (deadline.signal.aborted) return tooLate(verifier);
    return { kind: "unavailable", upstreamFailure: { service: verifier.name, kind: "failed" } };
  } finally {
    deadline.clear();
  }
}

/**
 * Returns the outcome without texts. Verifiers written without types can return anything: an answer that is not an outcome must let nobody
 * in.
 */
function checkOutcome(outcome: Verification, { name }: IdentityVerifier): Verification {
  if (isDecided(outcome)) {
    const { kind, vendorReference, code } = outcome;
    return { kind, ...(isCode(vendorReference) && { vendorReference }), ...(isCode(code) && { code }) };
  }
  if (outcome?.kind === "unavailable") return outcome;
  throw new UpstreamError({ service: name, kind: "unexpected" });
}

/** True for a code. Of a vendor's answer, only codes are kept, because texts may be about the person. */
function isCode(text: unknown): text is string {
  return typeof text === "string" && /^[\w.,:;/|+-]{1,200}$/.test(text);
}

function tooLate({ name }: IdentityVerifier): Verification & { readonly kind: "unavailable" } {
  return { kind: "unavailable", upstreamFailure: { service: name, kind: "timeout" } };
}

/** Writes a call's outcome into the ledger, as far as the time allows. Returns false if that failed. Never rejects. */
async function keep(question: Question, reservedRow: Row, attempt: string, outcome: Verification, context: Context): Promise<boolean> {
  const { services } = context;
  const deadline = deadlineIn(context.remainingMs() - ANSWER_MS, services.clock);
  let row: Row | undefined = reservedRow;
  try {
    for (let count = 1; count <= MAX_SETTLE_ATTEMPTS; count++) {
      const change = settle(row, attempt, outcome, services.clock.now());
      if (change === undefined) return true;
      if (await deadline.hold(() => services.write(buildPut(question, change), deadline.signal))) return true;
      await pause(services.random.fraction() * JITTER_MS, services.clock);
      row = (await deadline.hold(() => services.read([question.ledger], deadline.signal))).get(recordId(question.ledger));
    }
    return false;
  } catch {
    return false;
  } finally {
    deadline.clear();
  }
}

function buildPut({ ledger: { table, key }, personId }: Question, { item, condition }: LedgerChange): Put {
  return { table, item: { ...key, personId, ...item }, condition };
}

const GUID_BYTES = 16;

/**
 * Returns a hash of one question to a vendor. On every instance, the same person and fields give the same hash.
 * @param person see `personKeyAt`: a vendor's answer under one gate's settings is not valid at another gate
 * @param hashOf a keyed hash, because the fields are a person's data
 */
export function questionHash(vendor: string, person: string, fields: Fields, hashOf: HashOf): string {
  const sortedFields = Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1));
  return hashOf(JSON.stringify(["question", vendor, person, sortedFields]));
}

/**
 * Returns our reference for a question. By this reference, the vendor too can recognise a repeat. The reference is a GUID whose bits come
 * from a hash (RFC 9562 §5.8, version 8).
 */
export function questionReference(question: string): string {
  const guid = Buffer.from(question, "base64url").subarray(0, GUID_BYTES);
  guid.writeUInt8((guid.readUInt8(6) & 0x0f) | 0x80, 6);
  guid.writeUInt8((guid.readUInt8(8) & 0x3f) | 0x80, 8);
  return guid.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
