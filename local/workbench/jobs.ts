import { join } from "node:path";
import type { AnswerSummary } from "../../engine/sign-up/recording";
import type { Attribute } from "../../simulator/contract/attributes";
import { jobThreads } from "../policies/job-threads";
import type { LivePlace } from "../run/start-pages";
import type { Side } from "./ask";
import type { Card, CardsAsked } from "./cards";
import type { AskedCall } from "./recorded";

interface JobOn {
  /** The policy's folder, relative to the project or absolute. */
  readonly folder: string;
  readonly place: LivePlace;
}

export interface AskJob extends JobOn {
  readonly kind: "ask";
  readonly questions: readonly AskedCall[];
  /** True if the job also checks the policy's types. */
  readonly check: boolean;
}

export interface CaseJob extends JobOn {
  readonly kind: "case";
  readonly question: AskedCall;
  /** Attributes that the user flow collects. */
  readonly collects: readonly Attribute[];
  readonly title: string;
  /** The path of the schema for editors. */
  readonly schema: string;
  /** The answer that the case must reproduce. */
  readonly answer: AnswerSummary;
}

export type Job = AskJob | CaseJob | (JobOn & CardsAsked & { readonly kind: "cards" });

export interface JobResults {
  /** The policies' answers, in the order of the questions. */
  readonly ask: readonly Side[];
  readonly case: CaseText;
  readonly cards: readonly Card[];
}

export type CaseText =
  | { readonly ok: true; readonly text: string }
  /** `differs`: the case does not reproduce the job's `answer`. */
  | { readonly ok: false; readonly why: "differs" | "cannot"; readonly detail: string };

const threads = jobThreads<Job>(join(__dirname, "workbench-worker"));

/** Does a job of the workbench in a thread: see `jobThreads`. Throws JobError. */
export const inThread = <K extends Job["kind"]>(job: Extract<Job, { kind: K }>, limitMs?: number) =>
  threads.inThread<JobResults[K]>(job, limitMs);
