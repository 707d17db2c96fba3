import * as v from "valibot";
import { amount, anyObject, createListSchema, createTextSchema, time, wholeNumber } from "../../engine/fields";

// An act on many people: a row with its progress, and its people in parts.

/** The partition of all such acts in the table of change sets. It is sorted by id. */
export const PEOPLE_JOBS = "people-jobs";
/** Beginning of the partition of an act's people. */
export const PEOPLE_OF_JOB = "people-job/";
/** Beginning of the partitions of all rows. */
export const PEOPLE_JOB_ROWS = "people-job";

/** Acts on accounts. Their rows name people only by the ids of these. */
export const accountJobKinds = ["access.end", "access.extend", "access.renew", "access.sponsor", "access.undo"] as const;
export const peopleJobKinds = [...accountJobKinds, "invitations.invite", "invitations.undo"] as const;
export type PeopleJobKind = (typeof peopleJobKinds)[number];

/** Kinds of acts that are undone as a whole, each with the kind that undoes it. */
export const undoKinds = {
  "access.end": "access.undo",
  "access.extend": "access.undo",
  "access.renew": "access.undo",
  "invitations.invite": "invitations.undo",
} as const satisfies Partial<Record<PeopleJobKind, PeopleJobKind>>;

export const JOB_DAYS = 30;
/** At most this many refusals are kept, each with its reason. */
export const MOST_KEPT = 100;
/** People in a part, which one read returns. With their notes, they are no more than a row can hold. */
export const PART_PEOPLE = 100;
/** The same in acts of versions that kept no notes. */
export const EARLIER_PART_PEOPLE = 500;

export const peopleJobRow = v.object({
  set: createTextSchema("The constant `people-jobs`."),
  part: createTextSchema(
    "The act's id: the UTC time when it began, with a random end. Rows and entries that the act writes have it as `act`.",
  ),
  at: time("When it began."),
  kind: v.pipe(v.picklist(peopleJobKinds), v.description("The act.")),
  by: createTextSchema("Its author: an object id in Entra, or the AWS identity of the command."),
  name: v.optional(createTextSchema("The author's name, if they used the console.")),
  via: v.pipe(v.picklist(["console", "command"]), v.description("The author's door.")),
  account: v.optional(createTextSchema("The author's object id in Entra, if they signed in.")),
  userNames: v.optional(createListSchema(createTextSchema(), "The author's other names in Entra.")),
  input: v.pipe(anyObject<Readonly<Record<string, unknown>>>(), v.description("What the author typed: a note, days, the new sponsor.")),
  about: v.optional(createTextSchema("How the people were chosen: the sponsor, the domain or the file.")),
  of: v.optional(createTextSchema("The act that this one undoes.")),
  undoneBy: v.optional(createTextSchema("The act that undoes this one.")),
  total: wholeNumber("The number of people."),
  perPart: v.optional(wholeNumber(`The number of people in a part. Absent: ${EARLIER_PART_PEOPLE}.`)),
  next: wholeNumber("The number of people on whom it was tried."),
  refused: wholeNumber("The number of people on whom it could not be done."),
  kept: createListSchema(v.object({ id: createTextSchema(), code: createTextSchema() }), "The first of these, with the reason."),
  state: v.pipe(v.picklist(["begun", "done"]), v.description("`begun`: not finished.")),
  aliveUntil: v.optional(wholeNumber("End of the lease in epoch milliseconds.")),
  expires: amount("Epoch seconds: DynamoDB removes the row."),
});
export type PeopleJob = Readonly<Omit<v.InferOutput<typeof peopleJobRow>, "set" | "part">> & { readonly id: string };

/** Its share that is finished, from 0 to 1. */
export function finishedShare({ next, total }: Pick<PeopleJob, "next" | "total">): number {
  return total === 0 ? 1 : next / total;
}

export type UndoObjection = "unknown" | "no-undo" | "unfinished" | "undone";

/** Returns undefined if the act can be undone as a whole. */
export function findUndoObjection(job: Pick<PeopleJob, "kind" | "state" | "undoneBy"> | undefined): UndoObjection | undefined {
  if (job === undefined) return "unknown";
  if (!Object.hasOwn(undoKinds, job.kind)) return "no-undo";
  if (job.state !== "done") return "unfinished";
  return job.undoneBy === undefined ? undefined : "undone";
}
