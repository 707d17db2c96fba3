import { join } from "node:path";
import type { AnswerSummary } from "../../engine/sign-up/recording";
import type { Step } from "../../engine/sign-up/sign-up";
import type { CallingTenant } from "../../simulator/client/flow";
import type { RequestBody } from "../../simulator/client/request";
import type { Attribute } from "../../simulator/contract/attributes";
import type { Card, PreviewFound, SideAnswer } from "../../simulator/pages/bench";
import { startPolicyThread } from "../policy-thread";
import type { LivePlace } from "./live-tables";
import type { Recorded } from "./recorded";

/** What a policy is asked: a call to a step as it was made, on what it found then. */
export interface AskedCall extends Recorded {
  readonly step: Step;
  /** Undefined for the default one. */
  readonly gate: string | undefined;
  /** ISO 8601. */
  readonly now: string;
  readonly body: RequestBody;
}

interface JobOn {
  /** The policy's, relative to the project or absolute. */
  readonly folder: string;
  readonly place: LivePlace;
}

/** What a policy answers to each question. */
export interface AskJob extends JobOn {
  readonly kind: "ask";
  readonly questions: readonly AskedCall[];
  /** Whether the policy's types are still to be checked. */
  readonly check: boolean;
}

/** The text of a file that holds a question as a case. */
export interface CaseJob extends JobOn {
  readonly kind: "case";
  readonly question: AskedCall;
  /** What the user flow collects. */
  readonly collects: readonly Attribute[];
  readonly title: string;
  /** By which editors check the file. */
  readonly schema: string;
  /** What was answered: the case must come to the same. Absent where it expects what is answered now. */
  readonly answer?: AnswerSummary;
}

/** What a policy makes of recorded decisions. */
export interface PreviewJob extends JobOn {
  readonly kind: "preview";
  readonly gate: string | undefined;
  /** ISO 8601. */
  readonly from: string;
}

/** People who show what a policy makes of the list as it is. */
export interface CardsJob extends JobOn {
  readonly kind: "cards";
  readonly gate: string | undefined;
  readonly tenant: CallingTenant;
  /** Short names of attributes that the user flow collects beyond the usual ones. */
  readonly custom: readonly string[];
}

export type Job = AskJob | CaseJob | PreviewJob | CardsJob;

/** What each kind of job comes to. */
export interface JobResults {
  /** In the order of the questions. */
  readonly ask: readonly ({ readonly ok: true; readonly answer: SideAnswer } | { readonly ok: false; readonly problem: string })[];
  readonly case: CaseText;
  readonly preview: PreviewFound;
  readonly cards: readonly Card[];
}

export type CaseText =
  | { readonly ok: true; readonly text: string }
  /** `differs`: as a case, it comes to something else. */
  | { readonly ok: false; readonly why: "differs" | "cannot"; readonly detail: string };

export type FromJob = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly problem: string };

/** Loading TypeScript, checking types and asking take seconds; what takes longer loops. */
const LIMIT_MS = 30_000;

/** A job could not be done; the message says why, for the author of the policy. */
export class JobError extends Error {
  override readonly name = "JobError";
}

/** Does a job in a thread of its own, with the policy as it is saved now, and with an end, whatever the policy does. Throws JobError. */
export async function inThread<K extends Job["kind"]>(job: Extract<Job, { kind: K }>, limitMs = LIMIT_MS): Promise<JobResults[K]> {
  const worker = startPolicyThread(join(__dirname, "workbench-worker"), job);
  for (const stream of [worker.stdout, worker.stderr]) stream.resume();
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise((resolve, reject) => {
      const refuse = (problem: string) => reject(new JobError(problem));
      timer = setTimeout(() => refuse(`${job.folder}: the policy does not come to an end. Does it loop?`), limitMs);
      worker.on("message", (done: FromJob) => (done.ok ? resolve(done.value as JobResults[K]) : refuse(done.problem)));
      worker.on("error", (error) => refuse(`${job.folder}: ${error.message}`));
      worker.on("exit", () => refuse(`${job.folder}: the policy ended the process.`));
    });
  } finally {
    clearTimeout(timer);
    await worker.terminate();
  }
}
