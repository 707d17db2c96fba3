import type { Context } from "hono";
import type { Child } from "hono/jsx";
import type { Act, ActResult, Attempt, Reviewed } from "../../adapters/operator/act";
import type { View } from "../../adapters/operator/view";
import type { Uses } from "../../adapters/operator/world";
import type { TableWrite } from "../../adapters/tables/table";
import type { TransactionResult } from "../../adapters/tables/transaction";
import type { Actor } from "../../engine/audited-change";
import type { Filters, PageSource, Query } from "../../engine/operator/list";
import type { DecisionRecord } from "../../engine/sign-up/record";
import type { Row, Use } from "../../engine/sign-up/rule";
import type { Work } from "../../engine/work";
import type { Tone } from "../parts/badge";
import type { IconName } from "../parts/icon";
import type { Access, homes, Role } from "../session/roles";
import type { Session } from "../session/session";
import type { SignedIn } from "../session/sign-in";
import type { ConsoleLanguage, PageTexts } from "../texts/languages";
import type { DoneThing, InboxItem } from "./inbox-item";
import type { ConsolePorts, ConsoleWorld, SharedPorts } from "./ports";

/** Lambda accepts 6 MB a call, and base64 makes the form a third larger. */
export const MAX_BODY_MB = 4;

/** A request for a page by somebody who may open the page. Each feature adds the members that its `enter` returns. */
export interface Visit {
  readonly context: Context;
  readonly world: ConsolePorts;
  /** All features of the console, for pages that gather parts of other features. */
  readonly features: readonly ConsoleFeature[];
  readonly session: Session;
  readonly now: Date;
  readonly language: ConsoleLanguage;
  /** `Asia/Seoul`. UTC if no script has set the zone. */
  readonly zone: string;
  /** Returns the engine's texts in the visitor's language. The console's own texts do not need this method. */
  say<T>(texts: PageTexts<T>): T;
  /** Returns the rows that a view's filters leave. */
  read<U extends Uses, F extends Filters, Row, Place>(view: View<U, F, Row, Place>, query: Query<F>): Promise<PageSource<Row, Place>>;
  /** Returns what speaks against an act on each target, as far as the visitor may know. @param actor what the act asks of the visitor */
  review<U extends Uses, Target, Input, State, Outcome>(
    act: Act<U, Target, Input, State, Outcome>,
    targets: readonly Target[],
    input: Input,
    actor?: Partial<Actor>,
  ): Promise<readonly Reviewed<State>[]>;
  /** Does an act in the visitor's name, or says what speaks against it. */
  carryOut<U extends Uses, Target, Input, State, Outcome>(
    act: Act<U, Target, Input, State, Outcome>,
    attempt: Attempt<Target, Input, State>,
    actor?: Partial<Actor>,
  ): Promise<ActResult<Outcome>>;
  carryOutEach<U extends Uses, Target, Input, State, Outcome>(
    act: Act<U, Target, Input, State, Outcome>,
    attempts: readonly Attempt<Target, Input, State>[],
    actor?: Partial<Actor>,
  ): Promise<readonly ActResult<Outcome>[]>;
  /** Returns a parameter of the address, trimmed; empty if it is absent. */
  query(name: string): string;
  /** Untrimmed, so that a key with spaces around it can be shown and fixed. */
  queryAsTyped(name: string): string;
  /** Seals a position for the address of a list's next page. @param position where the next page begins, as JSON */
  sealCursor(position: unknown): Promise<string>;
  /** Opens the position at which the requested page begins; undefined for a cursor that is forged, old or of another search. */
  openCursor(cursor: string): Promise<unknown>;
  /** Stores a form's result with the visitor's session, so that the result's page can be reloaded. @returns its id */
  keepResult(result: unknown): Promise<string>;
  /** Returns a value that the visitor's session stored under an id; undefined if there is none. */
  keptResult(id: string): Promise<unknown>;
  /** Returns the text for the address's `done` parameter; undefined if there is none. */
  done(words: Readonly<Record<string, string>>): string | undefined;
  /** Returns a field of the sent form, with its line ends and outer spaces as they were sent; empty if the field is absent. */
  field(name: string): string;
  fields(name: string): readonly string[];
  file(name: string): File | undefined;
  /** The visitor, in the form of the audit log and other records. */
  readonly author: { readonly by: string; readonly name: string };
  /** The id of what this visit does: all that one form writes shows as one act. */
  readonly act: string;
  /** Records the visitor's change in the audit log, and then makes the change. @returns true if the change was made */
  audited(entry: Omit<RecordedChange, "by" | "name">, change: () => Promise<boolean>): Promise<boolean>;
  recorded(news: Omit<RecordedNews, "by" | "name" | "via" | "outcome">): Promise<unknown>;
  /** The token that every form that POSTs must contain (see `PostForm`). Without the token, the POST is refused. */
  readonly formToken: Child;
  may(access: Access): boolean;
  /** Answers with a page within the frame. @param options.status @default 200 */
  page(title: string, content: Child, options?: PageOptions): Promise<Response>;
  /** Redirects to another page by GET after a change, so that reloading repeats nothing. @param path with its query */
  goTo(path: string): Response;
}

export interface RecordedChange {
  readonly by: string;
  readonly name?: string;
  readonly action: string;
  readonly subject: string;
  readonly person?: string;
  readonly before?: Row;
  readonly after?: Row;
  readonly set?: string;
  readonly act?: string | undefined;
  readonly count?: number;
}

export interface RecordedNews extends RecordedChange {
  readonly via: "console";
  readonly outcome: "done" | "failed" | "conflict";
}

export interface Trail {
  /** Records the beginning of a change, makes it, and records the outcome. @param change returns false if somebody else was faster */
  audited(entry: RecordedChange, now: Date, change: () => Promise<boolean>): Promise<boolean>;
  /** Makes the writes together with their entry, or none of them. */
  transact(entry: RecordedChange, writes: readonly { readonly write: TableWrite }[], now: Date): Promise<TransactionResult>;
  tell(news: RecordedNews, now: Date): Promise<unknown>;
}

export interface PageOptions {
  readonly status?: 200 | 400 | 403 | 404 | 409 | 413;
  /** Replaces the title's plain heading with a `<PageHead>`; null for a page that has its heading further down. */
  readonly head?: Child;
}

export interface ConsoleRoute {
  readonly method: "GET" | "POST";
  /** A path in Hono's form: `/decisions/:reference`. */
  readonly path: string;
  readonly access: Access;
  /** The parameters of a page's address. If the address has another parameter, a note on the page says that it is unknown. @default none */
  readonly asks?: Asks;
  /** A form's fields that people do not type. If the form is refused, the page does not hand these fields back. @default none */
  readonly hidden?: readonly string[];
  /** By role, the path to which visitors without access are redirected, with the same parameters. Visitors with other roles are refused. */
  readonly instead?: Partial<Readonly<Record<Role | keyof typeof homes, string>>>;
  readonly sendsData?: true;
  readonly handler: (visit: Visit) => Promise<Response> | Response;
}

/** The parameters that a page knows, with their values if there are only a few. */
export type Asks = Readonly<Record<string, readonly string[] | "any" | "gates">>;

/** A part of the console that can be left out: the pages of one folder, and their additions to other pages. */
export interface ConsoleFeature {
  /** The place in the menu and the search. @default 50 */
  readonly order?: number;
  /**
   * Creates the stores that the feature's pages use. The feature's file declares their types in `ConsolePorts`, and the members that
   * `enter` returns in `Visit`. Without this file, code that uses these stores or members does not compile.
   */
  ports?(world: ConsoleWorld): Partial<ConsolePorts>;
  readonly routes: readonly ConsoleRoute[];
  readonly menu?: readonly MenuItem[];
  /** Links to pages where visitors can do something. The search finds these links. */
  readonly commands?: readonly Command[];
  inbox?(visit: Visit): Promise<readonly InboxItem[]>;
  done?(visit: Visit): Promise<readonly DoneThing[]>;
  readonly search?: SearchSource;
  besidePerson?(visit: Visit, person: NamedKeys): Promise<PersonPart | undefined>;
  /** Newest first. */
  shutOut?(visit: Visit, emails: readonly string[]): Promise<ReadonlyMap<string, readonly ShutOut[]>>;
  besideDomain?(visit: Visit, domain: string): Promise<DomainPart>;
  /** Tells the page that a work is about why it waits. */
  besideWork?(visit: Visit, work: Work): Promise<Child>;
  besideMyApprovals?(visit: Visit): Promise<Child>;
  /** Shows causes of a decision other than the rules, right below the decision's reasons. */
  behindDecision?(visit: Visit, record: DecisionRecord): Promise<Child>;
  /** Shows the main button of a decision's panel, if the button belongs to this feature. */
  actOfDecision?(visit: Visit, record: DecisionRecord): Promise<Child>;
  besideDecision?(visit: Visit, record: DecisionRecord): Promise<Child>;
  /** Functions by the name of a table in the audit log. Each returns the page of a row of the table. `key` is the row's key as a path. */
  readonly rowPages?: Readonly<Record<string, (key: string) => string | undefined>>;
  /**
   * A mark that the feature writes into notes of rows. `pattern` finds the mark; `link` gets the text in its group. Lists hide rows with
   * the mark, and say so, until the visitor asks for them.
   */
  readonly noteMark?: {
    readonly pattern: RegExp;
    link(address: string): Child;
    /** @param count empty if it is unknown */
    hidden(count: string): string;
    readonly hide: string;
  };
  /** @param subject the row's name in the audit log */
  lastChange?(visit: Visit, subject: string): Promise<Child>;
  /** `bar` is in the top bar, `banner` above the page's content. */
  everyPage?(visit: Visit): Promise<{ readonly bar: Child; readonly banner: Child }>;
  /** Returns counts, by the `data-count` of the elements that show them. A script reads them, so that pages do not wait for them. */
  numbers?(visit: Visit): Promise<Readonly<Record<string, string>>>;
  /** Runs before each page. Returns members to add to the visit, or an answer that replaces the page. */
  enter?(visit: Visit, route: ConsoleRoute): Promise<Partial<Visit> | Response | undefined>;
  /** Runs after each sign-in. If it fails, the person still gets in. */
  signedIn?(ports: ConsolePorts, who: SignedIn, now: Date): Promise<void>;
  trail?(ports: ConsolePorts): Trail;
}

export interface SearchSource {
  named?(visit: Visit, text: string): Promise<readonly NamedHit[]>;
  group?(visit: Visit, words: SearchedWords): Promise<SearchGroup | undefined>;
  /** Finds commands by their words: "undo import". */
  asked?(visit: Visit, words: readonly string[]): readonly SearchHit[] | Promise<readonly SearchHit[]>;
  ofDomain?(visit: Visit, domain: string): readonly SearchHit[] | Promise<readonly SearchHit[]>;
}

export interface SearchHit {
  readonly path: string;
  readonly name: string;
  readonly note?: string | undefined;
  /** ISO 8601. */
  readonly at?: string | undefined;
  readonly icon: IconName;
  readonly tone?: Tone | undefined;
}

/** A search result if the whole text is a key or a code. */
export interface NamedHit extends SearchHit {
  readonly rank: number;
}

export interface SearchGroup {
  readonly name: string;
  readonly rank: number;
  readonly found: readonly SearchHit[];
  readonly more?: { readonly text: string; readonly path?: string } | undefined;
}

/** A search by name. `words` holds words of the name, or the beginnings of these words. */
export interface SearchedWords {
  readonly words: string;
  readonly ofPeople: boolean;
  readonly exact: readonly NamedHit[];
}

export interface MenuItem {
  readonly path: string;
  readonly access: Access;
  readonly name: PageTexts<string>;
  /** Prefixes of the addresses of other pages that belong to this menu item. */
  readonly also?: readonly string[];
  /** The item's place in the menu: under More, or as one of the views of the page Data. @default along the top */
  readonly place?: "more" | "data";
  /** The icon in a phone's bottom bar. On a phone, a page without an icon is under More. */
  readonly icon?: IconName;
  /** True if the policies use the data on the page. @default always true */
  needs?(use: Use): boolean;
  readonly count?: { readonly name: string; read(visit: Visit): Promise<string> };
}

export interface NamedKeys {
  readonly email: string | undefined;
  /** The accounts' keys, in the form of the access list. */
  readonly accounts: readonly string[];
  /** Keyed hashes of the address or, if there is no address, of the account. */
  readonly ids: readonly string[];
}

export interface PersonPart {
  readonly name: string;
  readonly content: Child;
}

/** A measure that keeps a person out although they were let in. */
export interface ShutOut {
  /** A few words: "Disabled by an incident". */
  readonly text: string;
  /** The name of the measure, for a link to the measure's page. */
  readonly what: string;
  readonly path: string;
  /** ISO 8601. */
  readonly at: string;
  /** The button that undoes the measure for this person only. */
  readonly act?: Child;
  /** ISO 8601. Absent while the measure is in force. */
  readonly undoneAt?: string;
}

export interface DomainPart {
  readonly figure?: readonly [count: number | string, name: string];
  readonly done?: Child;
  readonly act?: Child;
  readonly content?: Child;
}

export interface Command extends Pick<MenuItem, "path" | "access" | "name"> {
  /** The list above which the command has a button. */
  readonly button?: { readonly on: string; readonly name: PageTexts<string> };
  readonly icon: IconName;
  /** False if the command has no effect under the policies. @default true */
  needs?(world: SharedPorts): boolean;
}

/** Caches a value for one visit, because several parts of a page may request it. */
export function oncePerVisit<T>(read: (visit: Visit) => T): (visit: Visit) => T {
  return oncePer(read);
}

/**
 * Caches one value for each object. Later calls with the same object return the value of the first call, even if the other arguments
 * differ.
 */
export function oncePer<Subject extends object, Others extends readonly unknown[], T>(
  read: (subject: Subject, ...others: Others) => T,
): (subject: Subject, ...others: Others) => T {
  const values = new WeakMap<Subject, { readonly value: T }>();
  return (subject, ...others) => {
    const entry = values.get(subject) ?? { value: read(subject, ...others) };
    values.set(subject, entry);
    return entry.value;
  };
}
