import { keepGiven, parseJson } from "../../engine/json";
import { MS_PER_MINUTE } from "../../engine/sign-up/time";
import { isMended, passFailure, type Work, type WorkFailure, works } from "../../engine/work";
import type { AwsClient } from "../aws/client";
import { environment } from "../aws/environment";
import { readErrorTrace } from "../report";
import type { World } from "../world";
import { toItem, toRow } from "./item";
import { absent, batchGet, type DynamoTable, equal, getItem, putItem } from "./table";
import { EXPIRY_ATTRIBUTE, tables } from "./tables";

/** Key prefix in the usage table; the work's name follows. */
export const WORK_PREFIX = "work/";
const NOTED_DAYS = 14;
const SECONDS_PER_DAY = 86_400;
/** A process does not write the same outcome again within this time. Then it does, because another process may have noted another one. */
const NOTED_AGAIN_MS = 5 * MS_PER_MINUTE;
/** Several, because several processes of a function write the same row. */
const MOST_TRIES = 5;
/** The number of parts that are kept for each work; the oldest failures are dropped. */
const MOST_PARTS = 20;
const MOST_KNOWN = 1_000;
const TURN = "turn";

interface FailedPart extends Pick<WorkFailure, "waiting" | "share" | "isGoing"> {
  readonly part?: string;
  /** When it failed: ISO 8601. @default now */
  readonly at?: string;
}

export interface WorkNotes {
  /** Notes a failure. Never rejects. @param why a code, or what was thrown */
  failed(why: unknown, failedPart?: FailedPart): Promise<void>;
  /** Removes the note of a failure, at once or once nothing has failed for a while. Call it only if the work had something to do. Never rejects. */
  succeeded(part?: string): Promise<void>;
}

type NotingWorld = Pick<World, "settings" | "tables" | "clock" | "log">;

/** Operators read these notes where they would otherwise see nothing of a worker's failure. */
export function workNotes({ settings, tables: client, clock, log }: NotingWorld, work: Work): WorkNotes {
  const known = new Map<string, { readonly outcome: string | undefined; readonly at: number }>();

  async function note(part: string, why: string | undefined, { at, ...more }: Omit<FailedPart, "part"> = {}): Promise<void> {
    const ledger = settings[environment.ledgerTable];
    const now = clock.now();
    const before = known.get(part);
    const outcome = why && [why, more.waiting, more.isGoing].join();
    if (ledger === undefined || (before !== undefined && before.outcome === outcome && now - before.at < NOTED_AGAIN_MS)) return;
    if (known.size >= MOST_KNOWN) known.clear();
    known.set(part, { outcome, at: now });
    try {
      const failed = at ?? new Date(now).toISOString();
      const failure = why === undefined ? undefined : { ...keepGiven(more), at: failed, why };
      await writeNote({ client, name: ledger, key: tables.ledger.key }, work, part, failure, new Date(now));
    } catch (error) {
      known.delete(part);
      log.warn("work not noted", { work, failure: readErrorTrace(error) });
    }
  }

  return {
    failed: (why, { part = "", ...more } = {}) => note(part, toCode(why), more),
    succeeded: (part = "") => note(part, undefined),
  };
}

/** Thrown by a run that went on after failures, so that the run fails in the end. */
export class WorkLeftError extends Error {
  override readonly name = "WorkLeftError";
  constructor(
    message: string,
    /** A code or an error's name. */
    readonly why: string,
    readonly waiting: number,
  ) {
    super(message);
  }
}

/** Makes each run of scheduled work note its outcome. */
export function notingWork<Call extends readonly unknown[], Answer>(
  notes: WorkNotes,
  run: (...call: Call) => Promise<Answer>,
): (...call: Call) => Promise<Answer> {
  return async (...call) => {
    try {
      const answer = await run(...call);
      await notes.succeeded();
      return answer;
    } catch (error) {
      await (error instanceof WorkLeftError ? notes.failed(error.why, { waiting: error.waiting }) : notes.failed(error));
      throw error;
    }
  };
}

async function writeNote(
  table: DynamoTable,
  work: Work,
  part: string,
  failure: Omit<WorkFailure, "part" | "since"> | undefined,
  now: Date,
): Promise<void> {
  const id = `${WORK_PREFIX}${work}`;
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const current = await getItem(table, { id });
    const failures = readFailures(current && toRow(current).failures);
    const before = failures.find((each) => each.part === part);
    if (failure === undefined && before === undefined) return;
    const others = failures.filter((each) => each.part !== part);
    const after =
      failure === undefined
        ? before && passFailure(work, before, now)
        : { part, since: before === undefined || isMended(before, now) ? failure.at : before.since, ...failure };
    if (after !== undefined && after.goesAt !== undefined && after.goesAt === before?.goesAt) return;
    const noted = after === undefined ? others : [...others, after].slice(-MOST_PARTS);
    const turn = current?.[TURN];
    const expires = Math.floor(now.getTime() / 1_000) + NOTED_DAYS * SECONDS_PER_DAY;
    const row = { id, failures: JSON.stringify(noted), [TURN]: Number(turn?.N ?? 0) + 1, [EXPIRY_ATTRIBUTE]: expires };
    if ((await putItem(table, toItem(row), turn === undefined ? absent(TURN) : equal({ [TURN]: turn }))).written) return;
  }
}

/** Leaves out work that goes through. */
export async function readWorkFailures(client: AwsClient, ledger: string, now: Date): Promise<ReadonlyMap<Work, readonly WorkFailure[]>> {
  const items = await batchGet(
    client,
    works.map((work) => ({ tableName: ledger, key: toItem({ id: `${WORK_PREFIX}${work}` }) })),
  );
  const failuresById = new Map(items.map(([, item]) => [item.id?.S, readFailures(toRow(item).failures)]));
  return new Map(
    works.flatMap((work) => {
      const failures = (failuresById.get(`${WORK_PREFIX}${work}`) ?? []).filter((failure) => !isMended(failure, now));
      return failures.length === 0 ? [] : [[work, failures] as const];
    }),
  );
}

/** Returns no failures if somebody wrote something else into the cell. */
function readFailures(cell: unknown): readonly WorkFailure[] {
  const failures = parseJson(String(cell));
  const isOne = (each: Partial<WorkFailure> | null) =>
    [each?.part, each?.why].every((text) => typeof text === "string") &&
    [each?.since, each?.at].every((time) => typeof time === "string" && !Number.isNaN(Date.parse(time)));
  return Array.isArray(failures) ? failures.filter(isOne) : [];
}

/** Returns an error's name and code. Its message may quote a person's data, unless it says otherwise. */
export function toCode(why: unknown): string {
  if (typeof why === "string") return why.slice(0, 120);
  const { error, code, why: message } = readErrorTrace(why);
  if (message !== undefined) return message;
  const { status, code: answer } = why as { readonly status?: unknown; readonly code?: unknown };
  if (typeof status === "number")
    return [error, status, typeof answer === "string" && /^[\w.-]{1,60}$/.test(answer) ? answer : ""].join(" ").trim();
  return code === undefined ? error : `${error} ${code}`;
}
