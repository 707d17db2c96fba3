import type { UpstreamFailure } from "./service";
import type { Attributes, DecidingStep, Json, Step } from "./sign-up";
import type { Text } from "./text";

/** Facts for later rules and the record, by name: `listed: "allow"`. */
export type Findings = Readonly<Record<string, string | number | boolean>>;

/** Facts behind a verdict, for operators: in the record, never in logs, never shown to the person. */
export type Evidence = Readonly<Record<string, string>>;

/** The sign-up goes on, perhaps with changed attributes. */
export interface Continue {
  /** The next rule decides. */
  readonly kind: "continue";
  /** Attributes to set, by short name. */
  readonly attributes?: Attributes;
  readonly findings?: Findings;
  readonly evidence?: Evidence;
  /** The failure of a call that the rule could do without. */
  readonly upstreamFailure?: UpstreamFailure;
  readonly effects?: readonly Effect[];
}

/** The sign-up ends. No later rule is asked. */
export interface Block {
  /** The sign-up ends here, with a page that says why. */
  readonly kind: "block";
  /** A code, `access-list.denied`: selects the person's text; logs and records show it. */
  readonly reason: string;
  /** The person's text, unless the step's `messages` have one. */
  readonly message?: Text;
  /** The wording of the message. Only Gatehouse's own rules set it. */
  readonly wording?: Wording;
  readonly evidence?: Evidence;
  readonly upstreamFailure?: UpstreamFailure;
  readonly effects?: readonly Effect[];
  /**
   * True if an approver decides later. Writes of earlier rules are then made, except those with `onlyIfAdmitted`. If an earlier rule found
   * a problem, this verdict is skipped, because the person corrects the problem first.
   */
  readonly deferred?: true;
}

/** The person is asked to correct the form. This is possible only before the user is created. */
export interface Invalid {
  /** The person corrects the form and sends it again. */
  readonly kind: "invalid";
  /** The problems to correct: at least one. */
  readonly problems: readonly Problem[];
  readonly evidence?: Evidence;
  readonly upstreamFailure?: UpstreamFailure;
  readonly effects?: readonly Effect[];
}

/** One thing that the person must correct; `reason` and `message` as in `Block`. */
export interface Problem {
  /** The attribute's short name; the message uses the form's name for it. */
  readonly attribute?: string;
  readonly reason: string;
  readonly message?: Text;
  readonly wording?: Wording;
}

/** Selects and fills a text of Gatehouse's own rules, also in a language that the policy adds. */
export interface Wording {
  /** Selects one of several texts of the reason. */
  readonly variant?: string;
  /** Values of the text's `{places}`. */
  readonly values?: Readonly<Record<string, Text | number>>;
}

/**
 * A rule's possible answers at step `S`: `Continue` at every step, `Block` at every step except before-sending-token, `Invalid` only at
 * before-create-user.
 */
export type Verdict<S extends Step = DecidingStep> =
  | Continue
  | ([S] extends [DecidingStep] ? Block : never)
  | ([S] extends ["before-create-user"] ? Invalid : never);

export type AnyVerdict = Continue | Block | Invalid;

/** One rule's result, for the log and the record. */
export interface RuleResult {
  readonly rule: string;
  readonly said: "continue" | "block" | "invalid" | "failed" | "unfinished" | "skipped";
  /** The rule only reports and changes nothing. Its result is "unfinished" until it has run, after the answer. */
  readonly shadow?: true;
  readonly reasons?: readonly string[];
  readonly findings?: Findings;
  readonly evidence?: Evidence;
  /** The failed call to another system that made the rule fail, or that the rule could do without. */
  readonly upstreamFailure?: UpstreamFailure;
  /** Names of the attributes that the rule set. */
  readonly set?: readonly string[];
}

/** One conditional write, made once the answer is final. Entra may repeat its call: choose a key for which a repetition changes nothing. */
export type Effect = Write & {
  /** The outcome if the write's condition does not hold: a `Block` replaces the rule's verdict, a `Continue` keeps it. */
  readonly onConflict: Continue | Block;
  /**
   * The write is made first, whatever other rules answer. Without `always`, it is made only if this rule's verdict is part of the answer.
   */
  readonly always?: true;
  /** The write is made only if the answer lets the person in and is not `deferred`. */
  readonly onlyIfAdmitted?: true;
  /**
   * If others took the last place, all rules run again, a few times at most, before `onConflict` applies. If a rule of the policy calls
   * another system, `onConflict` applies at once.
   */
  readonly retryOnConflict?: true;
};

/** One conditional write. */
export type Write = Put | Reserve;

/** Writes a whole row. */
export interface Put {
  readonly table: TableName;
  /** All columns of the row, including its key. */
  readonly item: Readonly<Record<string, Exclude<Json, null>>>;
  /** The state of the row before the write: absent, or with these values. */
  readonly condition: "absent" | Readonly<Record<string, Scalar>>;
  /** Epoch seconds: a row whose `expires` is earlier counts as absent, because DynamoDB removes rows late. */
  readonly expiresBefore?: number;
  /**
   * Columns that are compared with an existing row if the condition fails. If they are equal, an earlier try wrote the row, and the write
   * counts as made. @default all
   */
  readonly identityColumns?: readonly string[];
}

/** Takes one of a limited number of places in a row's set; fails if others have all. A holder who reserves again keeps their place. */
export interface Reserve {
  readonly table: TableName;
  readonly key: Readonly<Record<string, string>>;
  /** The name of the row's attribute that holds the set of taken places. */
  readonly slots: string;
  readonly holder: string;
  readonly atMost: number;
  /** Further attributes that the row gets. */
  readonly set?: Readonly<Record<string, Scalar>>;
}

/** A cell that a rule may write. */
type Scalar = string | number | boolean;

/** Tables that a rule may name, as the stack calls them. */
export type TableName = "accessList" | "decisions" | "profiles" | "referenceData" | "ledger" | "approvals";
