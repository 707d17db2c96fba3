import type { LastRule } from "./last-rule";
import type { PersonHashes } from "./person";
import type { RecordKey, Records, Row, Services } from "./rule";
import type { Calls } from "./service";
import type { SignUp } from "./sign-up";
import type { Deadline } from "./time";
import type { Put, TableName } from "./verdict";

/** For each table that operators edit: true if a row counts at a moment. */
export type CountingRows = Readonly<Partial<Record<TableName, (row: Row, now: Date) => boolean>>>;

/** The outside world of the engine. Rules get the part that `Services` names. */
export interface Ports extends Omit<Services, keyof Calls>, PersonHashes {
  /**
   * All rows in one strongly consistent read, found ones by `recordId`. Rejects unless every key was read: a key not read is
   * never taken for absent, and the row `UNREAD` stands for one that may stay unread. The optional keys go along, and may fail by themselves.
   */
  read(keys: readonly RecordKey[], signal: AbortSignal, optional?: readonly RecordKey[]): Promise<ReadonlyMap<string, Row>>;
  /** Rules do not see rows that an operator ended, or that cannot be read. */
  readonly counts: CountingRows;
  /** Rows of our own to read along with those the rules need. */
  readonly replayLookup?: readonly RecordKey[];
  /** Added to the policy's rules by the handler. */
  readonly lastRule?: LastRule;
  /** Absent if sign-ups say themselves whose they are. */
  readonly beginSearch?: BeginSearch | undefined;
  /** When the request came: what every rule takes for the time. */
  readonly now: Date;
  /** Milliseconds left for everything. */
  readonly remainingMs: number;
  /** Called when a rule is asked; the function it returns is called as soon as the rule has answered or failed. */
  readonly stopwatch?: (rule: string) => () => void;
}

/** Begins the search for the person behind a sign-up; undefined for one that says itself whose it is. */
export type BeginSearch = (received: SignUp, hashes: PersonHashes) => PersonSearch | undefined;

/** A search for the person behind a sign-up. */
export interface PersonSearch {
  /** Rows that may tell whose the sign-up is. They are read with those of the rules. */
  readonly keys: readonly RecordKey[];
  /** True if the search can do without rows that cannot be read. */
  readonly isOptional?: true;
  /** The sign-up as its likely person's, whose rows are read along. */
  readonly likely?: SignUp;
  /** @param records with what `keys` names */
  identify(records: Records, ports: Ports, deadline: Deadline): Identification | undefined | Promise<Identification>;
}

/** The person behind a sign-up. */
export interface Identification {
  /** The sign-up with its person. */
  readonly signUp: SignUp;
  /** A row that keeps what the search has found. */
  readonly newRow?: Put;
  /** The account that a sign-up led to: this is its first token. */
  readonly firstToken?: FirstToken;
}

/** Facts about an account's first token, from the journey that ends with it. */
export interface FirstToken {
  /** The account's object id. */
  readonly userId: string;
  readonly gate?: string;
  readonly personId: string;
  readonly email: string;
  /** True if it was proven at the form. */
  readonly emailProven: boolean;
  /** Identity providers that vouched for it there. */
  readonly emailVouchers: readonly string[];
  /** The code of the decision that let the person past the form. */
  readonly reference: string;
  /** When that was: ISO 8601. */
  readonly at: string;
}
