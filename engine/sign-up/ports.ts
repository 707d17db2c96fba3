import type { GatePosture } from "./last-rule";
import type { PersonHashes } from "./person";
import type { RecordKey, Records, Row, Services } from "./rule";
import type { Calls } from "./service";
import type { SignUp } from "./sign-up";
import type { Deadline } from "./time";
import type { Put } from "./verdict";

/** What the engine reaches of the outside. Rules get the part of it that `Services` names. */
export interface Ports extends Omit<Services, keyof Calls>, PersonHashes {
  /**
   * All rows in one strongly consistent read, found ones by `recordId`. Rejects unless every key was read: a key not read is
   * never taken for absent, and the row `UNREAD` stands for one that may stay unread. The optional keys go along, and may fail by themselves.
   */
  read(keys: readonly RecordKey[], signal: AbortSignal, optional?: readonly RecordKey[]): Promise<ReadonlyMap<string, Row>>;
  /** Rows of our own to read along with those the rules need. */
  readonly replayLookup?: readonly RecordKey[];
  /** How the gate is set. Absent where every gate counts as open. */
  readonly posture?: GatePosture;
  /** Where a token's account is traced to its person; absent where the event says all that is known. */
  readonly accounts?: AccountTracing;
  /** When the request came: what every rule takes for the time. */
  readonly now: Date;
  /** Milliseconds left for everything. */
  readonly remainingMs: number;
  /** Called when a rule is asked; the function it returns is called as soon as the rule has answered or failed. */
  readonly stopwatch?: (rule: string) => () => void;
}

/** How the account of a token is traced to its person. */
export interface AccountTracing {
  /** The rows that may tell. */
  keys(event: SignUp, hashes: PersonHashes): readonly RecordKey[];
  /** @param records with what `keys` names */
  trace(event: SignUp, records: Records, ports: Ports, deadline: Deadline): Promise<Traced>;
}

/** The person whose account a token is for. */
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
