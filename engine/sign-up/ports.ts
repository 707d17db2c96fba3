import type { GatePosture } from "./last-rule";
import type { PersonHashes } from "./person";
import type { RecordKey, Records, Row, Services } from "./rule";
import type { Calls } from "./service";
import type { SignUp } from "./sign-up";
import type { Deadline } from "./time";
import type { Put, TableName } from "./verdict";

/** Whether a row counts at a moment, in the tables that operators edit. */
export type CountingRows = Readonly<Partial<Record<TableName, (row: Row, now: Date) => boolean>>>;

/** What the engine reaches of the outside. Rules get the part of it that `Services` names. */
export interface Ports extends Omit<Services, keyof Calls>, PersonHashes {
  /**
   * All rows in one strongly consistent read, found ones by `recordId`. Rejects unless every key was read: a key not read is
   * never taken for absent, and the row `UNREAD` stands for one that may stay unread. The optional keys go along, and may fail by themselves.
   */
  read(keys: readonly RecordKey[], signal: AbortSignal, optional?: readonly RecordKey[]): Promise<ReadonlyMap<string, Row>>;
  /** Rows that an operator ended, or nobody can read, are not there for the rules. */
  readonly counts: CountingRows;
  /** Rows of our own to read along with those the rules need. */
  readonly replayLookup?: readonly RecordKey[];
  /** How the gate is set. Absent where every gate counts as open. */
  readonly posture?: GatePosture;
  /** How it becomes known whose a sign-up is; absent where the event says all that is known. */
  readonly tracing?: Tracing | undefined;
  /** When the request came: what every rule takes for the time. */
  readonly now: Date;
  /** Milliseconds left for everything. */
  readonly remainingMs: number;
  /** Called when a rule is asked; the function it returns is called as soon as the rule has answered or failed. */
  readonly stopwatch?: (rule: string) => () => void;
}

/** Undefined for an event that says itself whose it is. */
export type Tracing = (event: SignUp, hashes: PersonHashes) => Trace | undefined;

/** How it becomes known whose a sign-up is. */
export interface Trace {
  /** The rows that may tell, read with those of the rules. */
  readonly keys: readonly RecordKey[];
  /** It does without rows that cannot be read. */
  readonly isOptional?: true;
  /** What the sign-up may turn out to be: rows for it are read along. */
  readonly maybe?: SignUp;
  /** @param records with what `keys` names */
  traced(records: Records, ports: Ports, deadline: Deadline): Traced | undefined | Promise<Traced>;
}

/** Whose a sign-up is. */
export interface Traced {
  /** The event with its person. */
  readonly signUp: SignUp;
  /** What was learnt, to be kept. */
  readonly learnt?: Put;
  /** The account that a sign-up led to: this is its first token. */
  readonly arrived?: FirstToken;
}

/** What the journey that ends with an account's first token says of it. */
export interface FirstToken {
  /** The account's object id. */
  readonly userId: string;
  readonly gate?: string;
  readonly personId: string;
  readonly email: string;
  /** Whether it was proven at the form. */
  readonly emailProven: boolean;
  /** The code of the decision that let the person past the form. */
  readonly reference: string;
  /** When that was: ISO 8601. */
  readonly at: string;
}
