import type { LastRule } from "./last-rule";
import type { PersonHashes } from "./person";
import type { RecordKey, Records, Row, Services } from "./rule";
import type { Calls } from "./service";
import type { SignUp } from "./sign-up";
import type { Deadline } from "./time";
import type { Put, TableName } from "./verdict";

/** For each table that operators edit: true if a row counts at a moment. */
export type CountingRows = Readonly<Partial<Record<TableName, (row: Row, now: Date) => boolean>>>;

/** The engine's connections to the outside. Rules get the part that `Services` names. */
export interface Ports extends Omit<Services, keyof Calls>, PersonHashes {
  /**
   * Reads all rows in one strongly consistent read, found ones by `recordId`. Rejects unless every key was read: a key that was not read
   * never counts as absent, and the row `UNREAD` stands for one that may stay unread. The optional keys are read along, and may fail
   * separately.
   */
  read(keys: readonly RecordKey[], signal: AbortSignal, optional?: readonly RecordKey[]): Promise<ReadonlyMap<string, Row>>;
  /** Rules do not see rows that an operator ended, or that cannot be read. */
  readonly counts: CountingRows;
  /** The engine's own rows, which are read along with those of the rules. */
  readonly replayLookup?: readonly RecordKey[];
  /** The rule that the handler adds to those of the policy. */
  readonly lastRule?: LastRule;
  /** Finds the person behind an event. Absent if the event names the person. */
  readonly tracing?: Tracing | undefined;
  /** The time of the request, which every rule uses as the current time. */
  readonly now: Date;
  /** Milliseconds left for the whole step. */
  readonly remainingMs: number;
  /** Called when a rule starts; the function that it returns is called as soon as the rule has answered or failed. */
  readonly stopwatch?: (rule: string) => () => void;
}

/** Returns undefined for an event that names the person itself. */
export type Tracing = (event: SignUp, hashes: PersonHashes) => Trace | undefined;

export interface Trace {
  /** Keys of the rows that may identify the person, read with those of the rules. */
  readonly keys: readonly RecordKey[];
  /** True if unreadable rows may be left out. */
  readonly isOptional?: true;
  /** The sign-up of the likely person. Its rows are read along. */
  readonly maybe?: SignUp;
  /** @param records the rows of `keys` */
  traced(records: Records, ports: Ports, deadline: Deadline): Traced | undefined | Promise<Traced>;
}

/** The person behind a sign-up. */
export interface Traced {
  /** The event with its person. */
  readonly signUp: SignUp;
  /** A new fact to keep. */
  readonly learnt?: Put;
  /** Set if this is the first token of an account that a sign-up created. */
  readonly arrived?: FirstToken;
}

/** Facts about an account's first token, from the journey that the token ends. */
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
  /** The code of the decision that let the person past the form. */
  readonly reference: string;
  /** The time of that decision: ISO 8601. */
  readonly at: string;
}
