import { join } from "node:path";
import type { AnswerSummary } from "../../engine/sign-up/recording";
import type { Step } from "../../engine/sign-up/sign-up";
import type { CallingTenant } from "../../simulator/client/flow";
import type { RequestBody } from "../../simulator/client/request";
import type { Attribute } from "../../simulator/contract/attributes";
import type { Card, PreviewFound, SideAnswer } from "../../simulator/pages/bench";
import type { FindAsked, FindResult } from "../counterexamples/find";
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

/** People whom two policies treat differently. */
export interface FindJob extends FindAsked {
  readonly kind: "find";
}

export type Job = AskJob | CaseJob | PreviewJob | CardsJob | FindJob;

/** What each kind of job comes to. */
export interface JobResults {
  /** In the order of the questions. */
  readonly ask: readonly ({ readonly ok: true; readonly answer: SideAnswer } | { readonly ok: false; readonly problem: string })[];
  readonly case: CaseText;
  readonly preview: PreviewFound;
  readonly cards: readonly Card[];
  readonly find: FindResult;
}

export type CaseText =
  | { readonly ok: true; readonly text: string }
  /** `differs`: as a case, it comes to something else. */
  | { readonly ok: false; readonly why: "differs" | "cannot"; readonly detail: string };

export type FromJob = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly problem: string };

/** Loading TypeScript, checking types and asking take seconds; what takes longer loops. */
const LIMIT_MS = 30_000;

/** Beyond a search itself: to load two policies, and to make what was found smaller. */
export const AROUND_FIND_MS = 60_000;

/** A job could not be done; the message says why, for the author of the policy. */
export class JobError extends Error {
  override readonly name = "JobError";
}

/** A thread that has loaded the product waits that long for the next job. */
const IDLE_MS = 60_000;
/** Node keeps a little of each policy that was loaded: a thread that has done as many jobs ends. */
const MOST_JOBS = 100;

/** What came of a job: an answer, or why there is none. */
type Ended = FromJob | { readonly ok: false; readonly ended: string };

/** A thread that does one job after the other. */
class JobThread {
  private readonly worker = startPolicyThread(join(__dirname, "workbench-worker"), undefined);
  private end: (ended: Ended) => void = () => this.close();
  private jobs = 0;
  private idle: NodeJS.Timeout | undefined;

  constructor() {
    for (const stream of [this.worker.stdout, this.worker.stderr]) stream.resume();
    this.worker.on("message", (done: FromJob) => this.end(done));
    this.worker.on("error", (error) => this.end({ ok: false, ended: error.message }));
    this.worker.on("exit", () => this.end({ ok: false, ended: "the policy ended the process." }));
  }

  do(job: Job, limitMs: number): Promise<Ended> {
    clearTimeout(this.idle);
    this.worker.ref();
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.end({ ok: false, ended: "the policy does not come to an end. Does it loop?" }), limitMs);
      this.end = (ended) => {
        clearTimeout(timer);
        // What a policy left behind may fail or end the thread while it waits.
        this.end = () => this.close();
        resolve(ended);
      };
      this.worker.postMessage(job);
    });
  }

  /** Lets it wait for the next job, as long as nobody waits for the process's end. */
  keep(): void {
    this.jobs += 1;
    this.worker.unref();
    this.idle = setTimeout(() => this.close(), IDLE_MS).unref();
    waiting.add(this);
    if (this.jobs === MOST_JOBS) this.close();
  }

  close(): void {
    clearTimeout(this.idle);
    waiting.delete(this);
    void this.worker.terminate();
  }
}

const waiting = new Set<JobThread>();

/** Ends the threads that wait for a job: what a thread prints keeps a process alive that has no other work. */
export function endThreads(): void {
  for (const thread of waiting) thread.close();
}

/**
 * Does a job in a thread that does no other meanwhile, with the policy as it is saved now, and with an end, whatever the policy does.
 * A thread whose job went well takes another one: to load the product takes far longer than a job. Throws JobError.
 */
export async function inThread<K extends Job["kind"]>(job: Extract<Job, { kind: K }>, limitMs = LIMIT_MS): Promise<JobResults[K]> {
  const [thread = new JobThread()] = waiting;
  waiting.delete(thread);
  const ended = await thread.do(job, limitMs);
  if (ended.ok) {
    thread.keep();
    return ended.value as JobResults[K];
  }
  thread.close();
  throw new JobError("ended" in ended ? `${job.folder}: ${ended.ended}` : ended.problem);
}
