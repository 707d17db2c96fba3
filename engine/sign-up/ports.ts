import type { PersonHashes } from "./person";
import type { DecisionRecord } from "./record";
import type { AnyRule, RecordKey, Records, Row, Services, ShadowRule } from "./rule";
import type { Calls } from "./service";
import type { SignUp, Step } from "./sign-up";
import type { Deadline } from "./time";
import type { Block, Continue, Findings, Put, TableName } from "./verdict";

/** A function for each table that operators edit. It returns true if a row counts at the given time. */
export type CountingRows = Readonly<Partial<Record<TableName, (row: Row, now: Date) => boolean>>>;

/** The engine's connections to the outside. Rules get the part that `Services` names. */
export interface Ports extends Omit<Services, keyof Calls>, PersonHashes {
  /**
   * Reads all rows, strongly consistent. Returns those that exist, by `recordId`. Rejects if a key could not be read, so that its row never
   * counts as absent; with `mayStayUnread`, returns the row `UNREAD` instead. If reading `optional` fails, still returns the rows of
   * `keys`.
   */
  read(keys: readonly RecordKey[], signal: AbortSignal, optional?: readonly RecordKey[]): Promise<ReadonlyMap<string, Row>>;
  /** Says which rows count. Rules do not see rows whose end has passed or cannot be read. */
  readonly counts: CountingRows;
  /** Keys of rows that the engine itself needs: an earlier decision about the same call. They are read along with the rules' rows. */
  readonly replayLookup?: readonly RecordKey[];
  /** The rule that the handler adds to those of the policy. */
  readonly lastRule?: LastRule;
  /** Absent if each sign-up names its person, and in drills of the token step. */
  readonly beginSearch?: BeginSearch | undefined;
  /** The time of the request. */
  readonly now: Date;
  /** Milliseconds left for the whole step. */
  readonly remainingMs: number;
  /** Called when a rule starts. The function that it returns is called once the rule has answered or failed. */
  readonly stopwatch?: (rule: string) => () => void;
}

/** Begins the search for the person. Undefined if the sign-up names its person. */
export type BeginSearch = (received: SignUp, hashes: PersonHashes) => PersonSearch | undefined;

export interface PersonSearch {
  /** Keys of rows that may name the person. They are read together with those of the rules. */
  readonly keys: readonly RecordKey[];
  /** True if the search still works when the rows of `keys` cannot be read. */
  readonly isOptional?: true;
  /** The sign-up that the search will probably return. The rows that the rules need for it are read together with those of `keys`. */
  readonly likely?: SignUp;
  /** @param records the rows of `keys` */
  identify(records: Records, ports: Ports, deadline: Deadline): Identification | undefined | Promise<Identification>;
}

export interface Identification {
  readonly signUp: SignUp;
  /** A row that keeps what the search has found. */
  readonly newRow?: Put;
  /** Facts that exist for the first token of an account that a sign-up created. */
  readonly firstToken?: FirstToken;
}

/** Facts about an account's first token. */
export interface FirstToken {
  /** The account's object id. */
  readonly userId: string;
  readonly gate?: string;
  readonly personId: string;
  readonly email: string;
  /** True if the address was proven at the form. */
  readonly emailProven: boolean;
  /** Identity providers that vouched for the address at the form. */
  readonly emailVouchers: readonly string[];
  /** The reference code of the decision that let the person past the form. */
  readonly reference: string;
  /** The time of that decision: ISO 8601. */
  readonly at: string;
}

/** A rule that the handler adds after the policy's rules. Its effect depends on the row under `key`. */
export interface LastRule {
  readonly key: RecordKey;
  /**
   * Returns the rule to run. Undefined if the rule would do nothing now.
   * @param row the row under `key`, read together with those of the other rules
   */
  activate(row: Row | undefined, policy: StepRules, now: Date): ActiveLastRule | undefined;
}

export interface StepRules {
  readonly rules: readonly (AnyRule | ShadowRule)[];
  readonly step: Step;
}

/** Decides after all other rules, also on people who wait because of other rules. The trace names it only if it stops somebody. */
export interface ActiveLastRule {
  readonly name: string;
  readonly recorded: Partial<DecisionRecord>;
  decide(findings: Findings): Continue | Block;
  /** True if the last rule will stop the person, whatever the other rules answer. The other rules then do not run. */
  isCertain(findings: Findings): boolean;
  adjustFindings(rule: AnyRule, findings: Findings): Findings;
}
