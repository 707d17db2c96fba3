import type { OpenKind } from "../../engine/sign-up/open-kinds";
import type { Step } from "../../engine/sign-up/sign-up";
import type { RuleResult } from "../../engine/sign-up/verdict";
import type { Said } from "../../features/decisions/words";
import type { CallingTenant, Journey } from "../client/flow";
import type { Person } from "../client/person";
import type { SavedPerson } from "../client/saved-person";
import type { StepVisit } from "../client/visit";
import type { TypedDomains, WhoAnswer, WhoChange } from "./who-answers";

// The instance behind the pages. The server passes it in; without it they show only requests and answers.

/** A rule's result with its time, which is absent if the rule did not run. */
export interface TimedResult extends RuleResult {
  readonly ms?: number;
}

/** A rule's call to an outside system. */
export interface OutsideTime {
  readonly method: string;
  readonly url: string;
  /** The status, or the reason why no answer arrived. */
  readonly came: string;
  /** Absent if the rule did not wait for the answer. */
  readonly ms?: number;
}

/** The calls behind an answer. */
export interface Behind {
  /** The decision's reference. */
  readonly reference: string;
  readonly trace: readonly TimedResult[];
  /** The person's request, if it waits for an approver. */
  readonly requestId?: string;
  readonly outside: readonly OutsideTime[];
}

/** Situations that the cards show. */
export const cardNames = [
  "allowed",
  "colleague",
  "approval",
  "approved",
  "unlisted",
  "uninvited",
  "open",
  "referred",
  "denied",
  "provider",
  "expired",
  "code",
  "used-code",
  "expired-code",
  "wrong-code",
  "forgets",
  "vendor-down",
  "korean",
] as const;
export type CardName = (typeof cardNames)[number];
export type CardOutcome = "let-in" | "approval" | "has-account" | "refused" | "correction";

/** A person made from the policy and the list, to sign up in one click. */
export interface Card {
  readonly name: CardName;
  readonly person: Person;
  /** The policy's current verdict; absent if only a real sign-up can find it. */
  readonly outcome?: CardOutcome;
}

/** Saved people, by the names of their files. */
export interface People {
  readonly people: readonly (SavedPerson & { readonly name: string })[];
  /** Invalid files, one sentence each. */
  readonly flaws: readonly string[];
}

export type Saved =
  | { readonly ok: true; readonly file: string }
  | { readonly ok: false; readonly why: "name" | "exists" | "file"; readonly detail: string };

/** Why a case was not saved: `forgotten`, the call is not remembered; `differs`, the case gives another result; `cannot`, it is invalid. */
export type CaseSaved = Saved | { readonly ok: false; readonly why: "forgotten" | "differs" | "cannot"; readonly detail: string };

/** A policy's answer, for comparison with another. */
export interface SideAnswer {
  readonly verdict: "continue" | "block" | "invalid";
  readonly rule?: string;
  readonly reasons: readonly string[];
  /** Names of attributes to correct. */
  readonly asked: readonly string[];
  readonly attributes: Readonly<Record<string, unknown>>;
  /** In the person's language. */
  readonly text?: string;
  readonly events: Readonly<Record<string, unknown>>;
  /** Systems called. */
  readonly outside: readonly string[];
  readonly failure?: string;
  readonly trace: readonly RuleResult[];
}

/** One policy's part of a comparison, or the reason why there is none. */
export type Side = { readonly ok: true; readonly answer: SideAnswer } | { readonly ok: false; readonly problem: string };

/** Two policies' answers to the same calls. */
export interface Comparison {
  /** Names of the two sides. */
  readonly names: readonly [string, string];
  readonly steps: readonly { readonly visit: StepVisit; readonly sides: readonly [Side, Side] }[];
}

/** Decisions that a policy would change in the same way. */
export interface PreviewGroup {
  readonly kind: "now refused" | "now let in" | "cannot tell";
  readonly step: Step;
  readonly was: Said;
  /** Absent if it cannot be told. */
  readonly now?: Said;
  /** What it depends on, if no rule is the reason. */
  readonly why?: OpenKind;
  /** The rules that it depends on, as they are not replayed. */
  readonly rules?: readonly string[];
  readonly count: number;
  /** The newest of them. */
  readonly people: readonly { readonly email: string; readonly reference: string; readonly at: string }[];
}

/** Recorded decisions under a policy. */
export interface PreviewFound {
  readonly from: string;
  /** The time of the oldest decision in the period. */
  readonly oldest?: string;
  /** Number of decisions read. */
  readonly read: number;
  /** Number of decisions replayed: the newest for each person at each step. */
  readonly replayed: number;
  readonly unchanged: number;
  readonly groups: readonly PreviewGroup[];
  /** Rules whose recorded results were used again. */
  readonly notReplayed: readonly { readonly step: Step; readonly rule: string; readonly decisions: number }[];
  /** Number of people whose accounts an entry of the list may name: records do not contain them. */
  readonly accountsUnasked: number;
}

/** Fields of a replay. */
export interface PreviewAsked {
  readonly days: number;
  /** A folder, or `git:` and a name that git knows a version by; empty for the saved policy. */
  readonly policy: string;
  /** Undefined for the default one. */
  readonly gate: string | undefined;
}

/** One of two policies' results for a sign-up. */
export interface FoundWord {
  readonly isAdmitted: boolean;
  readonly step: Step;
  readonly rule?: string;
  readonly reasons: readonly string[];
}

/** A person that a change of the policy lets in or refuses. */
export interface FoundSignUp {
  readonly direction: "admitted" | "refused";
  readonly facts: readonly { readonly what: string; readonly is: string }[];
  readonly today: FoundWord;
  readonly draft: FoundWord;
}

/** A search's result. */
export interface ChangeFound {
  /** Names of the committed policy and the saved one. */
  readonly names: readonly [today: string, draft: string];
  readonly isSame: boolean;
  readonly tried: number;
  readonly ms: number;
  /** Kinds of people that cases of the policy expect. */
  readonly accepted: number;
  readonly people: readonly FoundSignUp[];
}

export type WhoOutcome =
  | { readonly kind: "written"; readonly kept: readonly string[]; readonly before: string }
  /** Nothing is written until the person agrees to the changes. @param seen identifies these changes */
  | { readonly kind: "asks"; readonly changes: readonly WhoChange[]; readonly seen: string }
  | { readonly kind: "failed"; readonly problem: string };

/** Writes the policy for an answer, and restarts with it. */
export interface WhoBench {
  /** True if the policy is as shipped: the question has not been answered yet. */
  isFirst(): boolean;
  /** The domains that were chosen before. */
  domains(): readonly string[];
  readDomains(typed: string): TypedDomains;
  /** @param seen identifies the changes that the person agreed to; empty for none */
  choose(chosen: WhoAnswer, seen: string): Promise<WhoOutcome>;
}

export type Tried<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: string };

export interface ZonedTimes {
  /** Europe/Berlin: an offset would be that of one moment alone. */
  readonly zone: string;
  /** With the day, unless that is today. */
  text(moment: Date, language: "en" | "ko"): string;
}

/** Functions that the pages call. None rejects. */
export interface Bench {
  /** Proves that a form which writes or runs files came from a page of this instance. */
  readonly token: string;
  /** Undefined if the call is not remembered. */
  behind(visit: StepVisit): Promise<Behind | undefined>;
  /** The console's address, without trailing slash. */
  readonly consoleUrl: string;
  people(): Promise<People>;
  /** Computed each time, because the list may have changed. @param gate undefined for the default one */
  cards(tenant: CallingTenant, gate: string | undefined): Promise<Tried<readonly Card[]>>;
  /** A clock of the reader's zone, or of this machine's. @param zone as the console keeps it in a cookie: untrusted */
  clock(zone: string | undefined): ZonedTimes;
  /** The policy that answers, and the time when it was saved. */
  policy(gate: string | undefined): { readonly name: string; readonly savedAt: Date } | undefined;
  /** Short names of the policy's custom attributes, which a user flow collects. */
  customAttributes(): readonly string[];
  /** Never overwrites a file. @param name without extension */
  savePerson(name: string, person: object): Saved;
  /** Saves a call and its answer as a case. @param title the case's claim */
  saveCase(
    visit: StepVisit,
    journey: Pick<Journey, "person" | "flow">,
    file: { readonly name: string; readonly title: string },
  ): Promise<CaseSaved>;
  /** The default policy to compare with; empty for none. */
  readonly other: string;
  /** @param other a folder, or `git:` and a name that git knows a version by */
  compare(visits: readonly StepVisit[], gate: string | undefined, other: string): Promise<Tried<Comparison>>;
  preview(asked: PreviewAsked): Promise<Tried<PreviewFound>>;
  /** True if the saved policy is not committed; false if unknown. */
  isChanged(gate: string | undefined): Promise<boolean>;
  /** Searches for a person that the saved policy treats differently from the committed one. */
  findChanged(gate: string | undefined): Promise<Tried<ChangeFound>>;
  /** Absent if this instance cannot write the policy. */
  readonly who?: WhoBench;
  /** The person of a recorded decision, as far as the record contains it. Undefined if there is none. */
  recorded(reference: string): Promise<SavedPerson | undefined>;
  /** Saves the person of a recorded decision as a case that expects the policy's current answer. */
  saveRecorded(reference: string, file: { readonly name: string; readonly title: string }): Promise<CaseSaved>;
}
