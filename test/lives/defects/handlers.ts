import type { Defect } from "./defect";

/** Mistakes in what the deployed functions do. */
export const handlerDefects: readonly Defect[] = [
  {
    name: "record-not-awaited",
    file: "handlers/sign-up.ts",
    breaks: "the function ends before the decision is recorded",
    was: "await Promise.all([keep(record, due), note(",
    is: "void keep(record, due);\n    await Promise.all([note(",
  },
  {
    name: "pending-never-swept",
    file: "handlers/approval-sweeper.ts",
    breaks: "a request that nobody answered waits for ever",
    was: 'await tend("pending", SHORTEST_MS, writeEnd);',
    is: "",
  },
  {
    name: "only-approved-are-swept",
    file: "handlers/approval-sweeper.ts",
    breaks: "an account whose worker died is never made",
    was: 'for (const state of ["approved", "provisioning"] as const) {',
    is: 'for (const state of ["provisioning"] as const) {',
  },
  {
    name: "publisher-forgets",
    file: "handlers/publish-changes.ts",
    breaks: "events that the bus did not take are not sent again",
    was: 'return { batchItemFailures: [{ itemIdentifier: record.dynamodb?.SequenceNumber ?? "" }] };',
    is: "break;",
  },
  {
    name: "revised-decision-is-no-event",
    file: "handlers/decisions.ts",
    breaks: "nobody hears of an answer that changed",
    was: "if (OldImage !== undefined && isDeepStrictEqual({ ...OldImage, trace: undefined }, { ...NewImage, trace: undefined })) return undefined;",
    is: "if (OldImage !== undefined) return undefined;",
  },
  {
    name: "renewed-by-each-delivery",
    file: "handlers/access.ts",
    breaks: "an approval that is delivered twice extends access twice",
    was: 'if (row?.until !== undefined && !isPast(row.until, now())) return { ok: false, why: "already", row };',
    is: "",
  },
  {
    name: "arrival-too-early",
    file: "handlers/arrivals.ts",
    breaks: "an account that is not there yet is never looked for again",
    was: "return given !== undefined;",
    is: "return true;",
  },
  {
    name: "failed-arrival-is-settled",
    file: "handlers/arrivals.ts",
    breaks: "an account that Graph did not find in time gets no row",
    was: "...found });\n      return false;",
    is: "...found });\n      return true;",
  },
  {
    name: "mail-again-and-again",
    file: "handlers/approval-mail.ts",
    breaks: "each delivery of an event sends its mail",
    was: "event === undefined || settled.has(event.detail.id) ? [] : [[event.detail.id, event]]",
    is: "event === undefined ? [] : [[event.detail.id, event]]",
  },
  {
    name: "mail-never-settled",
    file: "handlers/approval-mail.ts",
    breaks: "the queue gives out what was mailed already",
    was: "const left = messages.filter(({ event }) => event === undefined || !settled.has(event.detail.id));",
    is: "const left = messages;",
  },
  {
    name: "account-without-a-row",
    file: "handlers/account-rows.ts",
    breaks: "the access of an account that Gatehouse made never ends",
    was: "await accounts.change(newcomer.id, (stored) => arrive(stored, { ...newcomer, arrivedAt: now.toISOString() }, now));",
    is: "void accounts;\n    void arrive;",
  },
];
