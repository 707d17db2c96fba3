import type { Attributes, DecidingStep, Json, Step } from "./sign-up";
import type { Text } from "./text";
import type { UpstreamFailure } from "./upstream";

/** Facts a rule leaves for the rules after it and for the record, by name: `listed: "allow"`. */
export type Findings = Readonly<Record<string, string | number | boolean>>;

/** What a verdict rests on, for the operator: kept in the record, never logged, never shown to the person. */
export type Evidence = Readonly<Record<string, string>>;

/** Go on, perhaps with changed attributes. */
export interface Continue {
  /** "continue": this rule lets the person go on, and the next rule decides. */
  readonly kind: "continue";
  /** Attributes to set, by short name. */
  readonly attributes?: Attributes;
  /** For later rules and the record. */
  readonly findings?: Findings;
  readonly evidence?: Evidence;
  /** A call outside that failed, though the rule could answer without it. */
  readonly upstreamFailure?: UpstreamFailure;
  readonly effects?: readonly Effect[];
}

/** The sign-up ends here. */
export interface Block {
  /** "block": the sign-up ends here, with a page that says why. No later rule is asked. */
  readonly kind: "block";
  /** A code, `access-list.denied`: names the person's text and stands in logs and records. */
  readonly reason: string;
  /** The person's text. The step's own `messages` come before it, the catalogues after it. */
  readonly message?: Text;
  readonly evidence?: Evidence;
  /** As for `Continue`. */
  readonly upstreamFailure?: UpstreamFailure;
  readonly effects?: readonly Effect[];
  /**
   * The sign-up is accepted, for later: the writes of the rules before it stand. After a problem such a block does not
   * count, so that the person mends it first.
   */
  readonly deferred?: true;
}

/** The person is asked again. Entra allows it only before creating the user. */
export interface Invalid {
  /** "invalid": the person corrects the form and sends it again. Only before the user is created. */
  readonly kind: "invalid";
  /** What is to be corrected, at least one. */
  readonly problems: readonly Problem[];
  readonly evidence?: Evidence;
  /** As for `Continue`. */
  readonly upstreamFailure?: UpstreamFailure;
  readonly effects?: readonly Effect[];
}

/**
 * One thing that the person has to correct.
 */
export interface Problem {
  /** The attribute at fault, by its short name; the message names it as the form does. */
  readonly attribute?: string;
  /** A code, as for `Block`. */
  readonly reason: string;
  /** As for `Block`. */
  readonly message?: Text;
}

/**
 * What a rule may answer at step `S`. "invalid" is an answer only where the step is known to be before-create-user; "block" is
 * none where it may be the one before a token is sent.
 */
export type Verdict<S extends Step = DecidingStep> =
  | Continue
  | ([S] extends [DecidingStep] ? Block : never)
  | ([S] extends ["before-create-user"] ? Invalid : never);

export type AnyVerdict = Continue | Block | Invalid;

/** What one rule said, for the log and the record. */
export interface RuleResult {
  readonly rule: string;
  readonly said: "continue" | "block" | "invalid" | "failed" | "unfinished" | "skipped";
  /** The rule only reports: what it said changed nothing. It is "unfinished" until it has spoken, after the answer. */
  readonly shadow?: true;
  /** It was asked once more, as a later rule had changed what it judged: this is what it said then. */
  readonly again?: true;
  readonly reasons?: readonly string[];
  readonly findings?: Findings;
  readonly evidence?: Evidence;
  /** The call outside that failed it, or that it did without. */
  readonly upstreamFailure?: UpstreamFailure;
  /** Names of the attributes it set. */
  readonly set?: readonly string[];
}

/**
 * Something to be written once the verdict stands: one conditional write. The key must be such that writing again, when
 * Entra repeats its call, changes nothing.
 */
export type Effect = Write & {
  /** What it means if the condition does not hold: a block replaces the verdict, "continue" lets it stand. */
  readonly onConflict: Continue | Block;
  /** Written whatever the other rules say. Without it, a write goes with the verdict it came with and no other. */
  readonly always?: true;
};

/** One conditional write. */
export type Write = Put | Reserve;

/** A whole row. */
export interface Put {
  readonly table: TableName;
  /** The whole row, key included. */
  readonly item: Readonly<Record<string, Exclude<Json, null>>>;
  /** What must be so for the write to happen: no such row yet, or one that holds these values. */
  readonly condition: "absent" | Readonly<Record<string, Scalar>>;
  /**
   * Columns by which a row that stands already is known as this one: the same call wrote it, at the same time or before.
   * @default all
   */
  readonly knownBy?: readonly string[];
}

/** One of a limited number of places in a row's set. It fails if others hold all of them; who holds one keeps it. */
export interface Reserve {
  readonly table: TableName;
  readonly key: Readonly<Record<string, string>>;
  /** The attribute that holds the set. */
  readonly slots: string;
  readonly holder: string;
  readonly atMost: number;
  /** Further attributes that the row gets. */
  readonly set?: Readonly<Record<string, Scalar>>;
}

type Scalar = string | number | boolean;

/** Tables a rule may name, as the stack calls them. */
export type TableName = "accessList" | "decisions" | "profiles" | "referenceData" | "ledger" | "approvals";
