import type { Step } from "../../engine/sign-up/sign-up";
import type { RuleResult } from "../../engine/sign-up/verdict";
import type { CallingTenant, Journey } from "../client/flow";
import type { Person } from "../client/person";
import type { SavedPerson } from "../client/saved-person";
import type { StepVisit } from "../client/visit";
import type { TypedDomains, WhoAnswer, WhoChange } from "./who-answers";

// The instance behind the pages. The server passes it in; without it they show only requests and answers.

/** Parts of a call's way, in the order in which they come. */
const partNames = ["gateway", "secrets", "read", "rules", "outside", "write", "record", "rest"] as const;

/** In milliseconds. */
export interface PartTime {
  readonly part: (typeof partNames)[number];
  readonly ms: number;
}

/** A rule's result with its time; absent for a rule that did not run. */
export interface TimedResult extends RuleResult {
  readonly ms?: number;
}

/** A call that a rule made of a system outside. */
export interface OutsideTime {
  readonly method: string;
  readonly url: string;
  /** The status, or why no answer came. */
  readonly came: string;
  /** Absent where the answer was not waited for. */
  readonly ms?: number;
}

/** The calls behind an answer. */
export interface Behind {
  /** Leads to the decision. */
  readonly reference: string;
  readonly trace: readonly TimedResult[];
  readonly times: readonly PartTime[];
  /** The person's request, where it waits for an approver. */
  readonly requestId?: string;
  /** At the gateway. */
  readonly totalMs: number;
  readonly outside: readonly OutsideTime[];
}

/** Facts about a saved person. */
export const cardNames = [
  "allowed",
  "colleague",
  "approval",
  "approved",
  "unlisted",
  "uninvited",
  "open",
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
  /** The policy's current verdict; absent if only a real sign-up can tell. */
  readonly outcome?: CardOutcome;
}

/** Those who have been saved, by the names of their files. */
export interface People {
  readonly people: readonly (SavedPerson & { readonly name: string })[];
  /** Files that cannot be used, a sentence each. */
  readonly flaws: readonly string[];
}

/** The result of writing a file. */
export type Saved =
  | { readonly ok: true; readonly file: string }
  | { readonly ok: false; readonly why: "name" | "exists" | "file"; readonly detail: string };

/** Why a case could not be saved: `forgotten`, what went on is no longer known; `differs`, as a case it comes to something else; `cannot`, it is no case. */
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

/** One policy's part of a comparison, or why it has none. */
export type Side = { readonly ok: true; readonly answer: SideAnswer } | { readonly ok: false; readonly problem: string };

/** Two policies, asked the same. */
export interface Comparison {
  /** Names of the two sides. */
  readonly names: readonly [string, string];
  readonly steps: readonly { readonly visit: StepVisit; readonly sides: readonly [Side, Side] }[];
}

/** Decisions that a policy would change alike. */
export interface PreviewGroup {
  readonly kind: "now refused" | "now let in" | "cannot tell";
  readonly step: Step;
  readonly was: string;
  readonly now: string;
  readonly count: number;
  /** The newest of them. */
  readonly people: readonly { readonly email: string; readonly reference: string; readonly at: string }[];
}

/** Recorded decisions under a policy. */
export interface PreviewFound {
  readonly from: string;
  /** When the oldest decision was made that there is of that time. */
  readonly oldest?: string;
  /** Decisions read. */
  readonly read: number;
  /** The newest of each person at each step. */
  readonly replayed: number;
  readonly unchanged: number;
  readonly groups: readonly PreviewGroup[];
  /** Rules that were taken to say what they said then. */
  readonly notReplayed: readonly { readonly step: Step; readonly rule: string; readonly decisions: number }[];
  /** People whose accounts an entry of the list may name, which records do not hold. */
  readonly accountsUnasked: number;
}

/** Fields of a replay. */
export interface PreviewAsked {
  readonly days: number;
  /** A folder, or `git:` and what git knows a version by; empty for the policy as it is saved. */
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

/** A person that a change of the policy lets in, or refuses. */
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

/** The result of saving an answer. */
export type WhoOutcome =
  | { readonly kind: "written"; readonly kept: readonly string[]; readonly before: string }
  /** Nothing is written before somebody agrees to it. @param seen what they agree to */
  | { readonly kind: "asks"; readonly changes: readonly WhoChange[]; readonly seen: string }
  | { readonly kind: "failed"; readonly problem: string };

/** Writes the policy that an answer comes to, and starts again with it. */
export interface WhoBench {
  /** True if the policy is as shipped: nobody has answered yet. */
  isFirst(): boolean;
  /** The domains that were chosen before. */
  domains(): readonly string[];
  readDomains(typed: string): TypedDomains;
  /** @param seen of the changes that somebody agreed to; empty for none */
  choose(chosen: WhoAnswer, seen: string): Promise<WhoOutcome>;
}

export type Tried<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: string };

/** Functions that the pages call. None rejects. */
export interface Bench {
  /** Proves that a form which writes or runs files came from a page of this instance. */
  readonly token: string;
  /** Undefined where nothing is remembered of the call. */
  behind(visit: StepVisit): Promise<Behind | undefined>;
  /** Where the console answers, without trailing slash. */
  readonly consoleUrl: string;
  people(): Promise<People>;
  /** Made again each time, because the list may have changed. @param gate undefined for the default one */
  cards(tenant: CallingTenant, gate: string | undefined): Promise<Tried<readonly Card[]>>;
  /** A moment on this machine's clock, with its day where that is not today. */
  clock(moment: Date, language: "en" | "ko"): string;
  /** The policy that answers, and when it was saved. */
  policy(gate: string | undefined): { readonly name: string; readonly savedAt: Date } | undefined;
  /** Short names of the custom attributes that the policy names: a user flow collects them. */
  customAttributes(): readonly string[];
  /** Never over a file that is there. @param name without ending */
  savePerson(name: string, person: object): Saved;
  /** Saves what a call was answered as a case. @param title what the case claims */
  saveCase(
    visit: StepVisit,
    journey: Pick<Journey, "person" | "flow">,
    file: { readonly name: string; readonly title: string },
  ): Promise<CaseSaved>;
  /** The policy that answers are compared with unless another is named; empty for none. */
  readonly other: string;
  /** @param other a folder, or `git:` and what git knows a version by */
  compare(visits: readonly StepVisit[], gate: string | undefined, other: string): Promise<Tried<Comparison>>;
  preview(asked: PreviewAsked): Promise<Tried<PreviewFound>>;
  /** True if the policy is saved and not committed; false if unknown. */
  isChanged(gate: string | undefined): Promise<boolean>;
  /** Searches for a person that the saved policy treats otherwise than the committed one. */
  findChanged(gate: string | undefined): Promise<Tried<ChangeFound>>;
  /** Absent where the policy is not this instance's to write. */
  readonly who?: WhoBench;
  /** The person of a recorded decision, as far as the record holds it. Undefined where there is none. */
  recorded(reference: string): Promise<SavedPerson | undefined>;
  /** Saves the person of a recorded decision as a case that expects what the policy answers now. */
  saveRecorded(reference: string, file: { readonly name: string; readonly title: string }): Promise<CaseSaved>;
}
