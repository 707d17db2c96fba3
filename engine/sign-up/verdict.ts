import type { Attributes, DecidingStep, Json, Step } from "./sign-up";
import type { Text } from "./text";
import type { UpstreamFailure } from "./upstream";

/** Facts that a rule leaves for later rules and the record, by name: `listed: "allow"`. */
export type Findings = Readonly<Record<string, string | number | boolean>>;

/** What a verdict is based on, for operators: kept in the record, never logged, never shown to the person. */
export type Evidence = Readonly<Record<string, string>>;

/** The sign-up goes on, perhaps with changed attributes. */
export interface Continue {
  /** "continue": this rule lets the person go on, and the next rule decides. */
  readonly kind: "continue";
  /** Attributes to set, by short name. */
  readonly attributes?: Attributes;
  /** For later rules and the record. */
  readonly findings?: Findings;
  readonly evidence?: Evidence;
  /** A call to another system that failed, although the rule could answer without it. */
  readonly upstreamFailure?: UpstreamFailure;
  readonly effects?: readonly Effect[];
}

/** The sign-up ends here. */
export interface Block {
  /** "block": the sign-up ends here, with a page that says why. No later rule is asked. */
  readonly kind: "block";
  /** A code, `access-list.denied`: it selects the person's text, and logs and records show it. */
  readonly reason: string;
  /** The person's text. The step's `messages` have priority over it, and it has priority over the catalogues. */
  readonly message?: Text;
  readonly evidence?: Evidence;
  /** See `Continue`. */
  readonly upstreamFailure?: UpstreamFailure;
  readonly effects?: readonly Effect[];
  /**
   * The sign-up is accepted, but for later: the writes of earlier rules are kept. If an earlier rule found a problem, this
   * block does not count, so that the person corrects the problem first.
   */
  readonly deferred?: true;
}

/** The person is asked again. Entra allows this only before it creates the user. */
export interface Invalid {
  /** "invalid": the person corrects the form and sends it again. Only before the user is created. */
  readonly kind: "invalid";
  /** What the person must correct: at least one problem. */
  readonly problems: readonly Problem[];
  readonly evidence?: Evidence;
  /** See `Continue`. */
  readonly upstreamFailure?: UpstreamFailure;
  readonly effects?: readonly Effect[];
}

/** One thing that the person must correct. */
export interface Problem {
  /** The attribute to correct, by its short name; the message uses the form's name for it. */
  readonly attribute?: string;
  /** A code: see `Block`. */
  readonly reason: string;
  /** See `Block`. */
  readonly message?: Text;
}

/**
 * What a rule may answer at step `S`. It may answer "invalid" only if the step is before-create-user, and "block" only if the
 * step cannot be before-sending-token.
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
  /** The rule only reports and changes nothing. It is "unfinished" until it has run, after the answer. */
  readonly shadow?: true;
  /** A later rule changed what it had judged, so it was asked again: this is its second answer. */
  readonly again?: true;
  readonly reasons?: readonly string[];
  readonly findings?: Findings;
  readonly evidence?: Evidence;
  /** The call to another system that made the rule fail, or that it could do without. */
  readonly upstreamFailure?: UpstreamFailure;
  /** Names of the attributes it set. */
  readonly set?: readonly string[];
}

/**
 * One conditional write, made once the answer is final. Choose the key so that a second write changes nothing, because Entra
 * may repeat its call.
 */
export type Effect = Write & {
  /** What happens if the condition does not hold: a block replaces the verdict, "continue" keeps it. */
  readonly onConflict: Continue | Block;
  /** Written first, whatever other rules say. Without it, the write is made only if this rule's verdict is part of the answer. */
  readonly always?: true;
  /** Written only where the answer lets the person in: not with one that is `deferred`. */
  readonly letIn?: true;
  /**
   * If others have taken the last place meanwhile, the rules are asked again and see it taken, in place of `onConflict`. Not in a
   * policy with a rule that calls outside.
   */
  readonly again?: true;
};

/** One conditional write. */
export type Write = Put | Reserve;

/** A whole row. */
export interface Put {
  readonly table: TableName;
  /** The whole row, key included. */
  readonly item: Readonly<Record<string, Exclude<Json, null>>>;
  /** The condition of the write: there is no such row yet, or the row has these values. */
  readonly condition: "absent" | Readonly<Record<string, Scalar>>;
  /** A row whose `expires` is before that counts as none, in epoch seconds: DynamoDB removes rows late. */
  readonly overAt?: number;
  /**
   * The columns that identify an existing row as this one, written by the same call before or at the same time.
   * @default all
   */
  readonly knownBy?: readonly string[];
}

/** Takes one of a limited number of places in a row's set. It fails if others have taken all places; a holder keeps their place. */
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
