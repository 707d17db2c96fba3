import { UpstreamError } from "../../engine/sign-up/failure";
import type { HashOf } from "../../engine/sign-up/person";
import { recordId } from "../../engine/sign-up/records";
import type { Context, RecordKey, Row } from "../../engine/sign-up/rule";
import type { UpstreamFailure } from "../../engine/sign-up/service";
import type { Fields, IdentityVerifier, Verification } from "../../engine/sign-up/source";
import { deadlineIn, pause } from "../../engine/sign-up/time";
import type { Put } from "../../engine/sign-up/verdict";
import { type DecidedVerification, isDecided, type LedgerChange, plan, settle } from "./calls";

/** `ledger` is the key of the row with the calls about this person. */
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
  /** An outcome from the vendor. If it has `upstreamFailure`, it could not be stored, so the same question may go to the vendor again. */
  | (DecidedVerification & { readonly upstreamFailure?: UpstreamFailure })
  | Exclude<Verification, DecidedVerification>
  | { readonly kind: "too-many-attempts" }
  /** The ledger's row is not in Gatehouse's format, for example after an edit by hand. */
  | { readonly kind: "unreadable" };

/** Pause between two reads of the ledger while another instance calls the vendor. */
const POLL_MS = 150;
/** The longest random wait before the row is read again, if another instance wrote the row first. */
const JITTER_MS = 40;
/** If less time than this is left, the ledger is not read again: the read might not return in time. */
const LAST_LOOK_MS = POLL_MS + 100;
/** The vendor's call must leave this time, because its outcome still has to be written. */
const SETTLE_MS = 300;
/** Part of SETTLE_MS that the write of the outcome must leave for the rule's own answer. */
const ANSWER_MS = 100;
/** If less time than this is left, the vendor is not called: the call would cost money, and its answer would hardly come in time. */
const LEAST_CALL_MS = SETTLE_MS + 200;
/** A reservation outlives its sign-up's deadline by this time: clocks differ, and the last write may still be under way. */
const LEASE_MARGIN_MS = 1_000;
const MAX_SETTLE_ATTEMPTS = 5;

/**
 * Returns the answer to a question: from the ledger, or from a call that this instance reserves first. If another instance asks the same,
 * waits. Throws only if the ledger fails.
 */
export async function askOnce(question: Question, context: Context): Promise<VerificationAnswer> {
  const { verifier, ledger, attemptsPerDay } = question;
  const { services, signal, remainingMs } = context;
  let row = context.records.get(ledger);
  for (;;) {
    const attempt = services.random.uuid();
    // The clock's time, not `context.now`, because `leaseMs` counts from this moment.
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

/** If no answer comes by SETTLE_MS before the deadline, returns "unavailable": the outcome must still be written. Never rejects. */
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
 * Keeps only the kind and the codes of a decided outcome. Throws UpstreamError if a verifier without types returns no outcome: then nobody
 * is let in.
 */
function checkOutcome(outcome: Verification, { name }: IdentityVerifier): Verification {
  if (isDecided(outcome)) {
    const { kind, vendorReference, code } = outcome;
    return { kind, ...(isCode(vendorReference) && { vendorReference }), ...(isCode(code) && { code }) };
  }
  if (outcome?.kind === "unavailable") return outcome;
  throw new UpstreamError({ service: name, kind: "unexpected" });
}

/** True for a text that looks like a code. Any other text in a vendor's answer is dropped, because it may be about the person. */
function isCode(text: unknown): text is string {
  return typeof text === "string" && /^[\w.,:;/|+-]{1,200}$/.test(text);
}

function tooLate({ name }: IdentityVerifier): Verification & { readonly kind: "unavailable" } {
  return { kind: "unavailable", upstreamFailure: { service: name, kind: "timeout" } };
}

/** True if the outcome was written, or if the ledger no longer has this call. False if the outcome could not be written. Never rejects. */
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
 * Returns the hash of a question to a vendor. The same vendor, person and fields give the same hash on every instance.
 * @param person from `personKeyAt`, and so different at each gate: a vendor's answer under one gate's settings is not valid at another gate
 * @param hashOf a keyed hash, because the fields are a person's data
 */
export function questionHash(vendor: string, person: string, fields: Fields, hashOf: HashOf): string {
  const sortedFields = Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1));
  return hashOf(JSON.stringify(["question", vendor, person, sortedFields]));
}

/** A GUID from the question's hash (RFC 9562 §5.8, version 8), by which the vendor can recognise a repeated question. */
export function questionReference(question: string): string {
  const guid = Buffer.from(question, "base64url").subarray(0, GUID_BYTES);
  guid.writeUInt8((guid.readUInt8(6) & 0x0f) | 0x80, 6);
  guid.writeUInt8((guid.readUInt8(8) & 0x3f) | 0x80, 8);
  return guid.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
