import type { Context } from "hono";
import type { Child } from "hono/jsx";
import type { DecisionRecord } from "../../engine/sign-up/record";
import type { Row, Use } from "../../engine/sign-up/rule";
import type { Tone } from "../parts/badge";
import type { IconName } from "../parts/icon";
import type { Access, Role } from "../session/roles";
import type { Session } from "../session/session";
import type { SignedIn } from "../session/sign-in";
import type { ConsoleLanguage, PageTexts } from "../texts/languages";
import type { DoneThing, InboxItem } from "./inbox-item";
import type { ConsolePorts, ConsoleWorld, SharedPorts } from "./ports";

/** The most that a form may send. Lambda takes 6 MB at once, in base64. */
export const MAX_BODY_MB = 4;

/** One request to one page, by somebody who may open it. Features add what their `enter` reads. */
export interface Visit {
  readonly context: Context;
  readonly world: ConsolePorts;
  /** All of the console, for pages that gather parts of other features. */
  readonly features: readonly ConsoleFeature[];
  readonly session: Session;
  readonly now: Date;
  readonly language: ConsoleLanguage;
  /** The visitor's time zone: `Asia/Seoul`, and UTC where no script has set it. */
  readonly zone: string;
  /** The engine's words in the visitor's language. The console's own texts are in it by themselves. */
  say<T>(texts: PageTexts<T>): T;
  /** A parameter of the address, trimmed; empty if it is not there. */
  query(name: string): string;
  /** The same, not trimmed, so that a key with spaces around it can be shown and fixed. */
  queryAsTyped(name: string): string;
  /** Seals a position for the address of the list's next page. @param position where it begins, as JSON */
  sealCursor(position: unknown): Promise<string>;
  /** The position at which the page begins that is asked for; undefined for a cursor that is forged, old or of another search. */
  openCursor(cursor: string): Promise<unknown>;
  /** Keeps what came of a form for a page of this session that can be reloaded. @returns its id */
  keepResult(result: unknown): Promise<string>;
  /** A value that this session kept under an id; undefined if there is none. */
  keptResult(id: string): Promise<unknown>;
  /** The text for the address's `done` parameter; undefined if there is none. */
  done(words: Readonly<Record<string, string>>): string | undefined;
  /** A field of the form that was sent; empty if it is not there. Line ends are as typed, spaces at the ends are kept. */
  field(name: string): string;
  fields(name: string): readonly string[];
  file(name: string): File | undefined;
  /** The visitor, as the audit trail and records name them. */
  readonly author: { readonly by: string; readonly name: string };
  /** Makes a change of theirs, with its entry in the trail beforehand. @returns whether it was made */
  audited(entry: Omit<RecordedChange, "by" | "name">, change: () => Promise<boolean>): Promise<boolean>;
  /** Keeps in the trail what they have done. */
  recorded(news: Omit<RecordedNews, "by" | "name" | "via" | "outcome">): Promise<unknown>;
  /** Goes into every form that POSTs (see `PostForm`). Without it, the POST is refused. */
  readonly formToken: Child;
  may(access: Access): boolean;
  /** The page within the frame. @param options.status @default 200 */
  page(title: string, content: Child, options?: PageOptions): Promise<Response>;
  /** After a change: another page by GET, so that reloading repeats nothing. @param path with its query */
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
  readonly count?: number;
}

/** Something that has happened already. */
export interface RecordedNews extends RecordedChange {
  readonly via: "console";
  readonly outcome: "done" | "failed";
}

/** The console's record of who did what. */
export interface Trail {
  /** Records the beginning of a change, makes it, and records the outcome. @param change false if somebody else was faster */
  audited(entry: RecordedChange, now: Date, change: () => Promise<boolean>): Promise<boolean>;
  tell(news: RecordedNews, now: Date): Promise<unknown>;
}

export interface PageOptions {
  readonly status?: 200 | 400 | 403 | 404 | 409 | 413;
  /** A `<PageHead>` in place of the title as a plain heading; null for a page that has its one further down. */
  readonly head?: Child;
}

export interface ConsoleRoute {
  readonly method: "GET" | "POST";
  /** In hono's form: `/decisions/:reference`. */
  readonly path: string;
  readonly access: Access;
  /** For a page: the parameters of its address. A note names any other as unknown. @default none */
  readonly asks?: Asks;
  /** A form's fields that people do not type. They are not handed back if the form is refused. @default none */
  readonly hidden?: readonly string[];
  /** The page for visitors who have that role instead of the needed one: a path with the same parameters. */
  readonly instead?: Partial<Readonly<Record<Role, string>>>;
  readonly handler: (visit: Visit) => Promise<Response> | Response;
}

/** The parameters that a page knows, with their values if there are only a few. */
export type Asks = Readonly<Record<string, readonly string[] | "any" | "gates">>;

/**
 * A part of the console that can be left out: the pages of one folder, and what they add to other pages.
 */
export interface ConsoleFeature {
  /** Its place in the menu and the search. @default 50 */
  readonly place?: number;
  /**
   * The stores that its pages use. Its file adds their types to `ConsolePorts` and, for what `enter` reads, to `Visit`:
   * whatever uses one without its feature does not compile.
   */
  ports?(world: ConsoleWorld): Partial<ConsolePorts>;
  readonly routes: readonly ConsoleRoute[];
  readonly menu?: readonly MenuItem[];
  /** Pages that somebody opens to do something, for the search. */
  readonly commands?: readonly Command[];
  inbox?(visit: Visit): Promise<readonly InboxItem[]>;
  done?(visit: Visit): Promise<readonly DoneThing[]>;
  readonly search?: SearchSource;
  /** A part of a person's page beyond the person. */
  besidePerson?(visit: Visit, person: NamedKeys): Promise<PersonPart | undefined>;
  /** Shut-outs of some people, newest first. */
  shutOut?(visit: Visit, emails: readonly string[]): Promise<ReadonlyMap<string, readonly ShutOut[]>>;
  besideDomain?(visit: Visit, domain: string): Promise<DomainPart>;
  /** Below the requests that a decider sees. */
  besideMyApprovals?(visit: Visit): Promise<Child>;
  /** The cause of a decision beyond the rules, shown right below the reasons. */
  behindDecision?(visit: Visit, record: DecisionRecord): Promise<Child>;
  /** The main button of a decision's panel, if it is the feature's. */
  actOfDecision?(visit: Visit, record: DecisionRecord): Promise<Child>;
  /** A part of a decision's panel beyond the verdict and why. */
  besideDecision?(visit: Visit, record: DecisionRecord): Promise<Child>;
  /** Finds the page of a row, by what the audit trail calls it: tables, and the path of a row's key. */
  readonly rowPages?: Readonly<Record<string, (key: string) => string | undefined>>;
  /** A mark in the notes of rows: its pattern with one group, and the link. Lists hide such rows at first, and say so. */
  readonly noteMark?: {
    readonly pattern: RegExp;
    link(address: string): Child;
    /** @param count empty if it is not known */
    hidden(count: string): string;
    readonly hide: string;
  };
  /** The author of a row's last change. @param subject the row's name in the audit trail */
  lastChange?(visit: Visit, subject: string): Promise<Child>;
  /** Shown on every page: in the top bar, and ahead of the page. */
  everyPage?(visit: Visit): Promise<{ readonly bar: Child; readonly banner: Child }>;
  /** More numbers that a script shows, by the name of their `data-count`: pages do not wait for them. */
  numbers?(visit: Visit): Promise<Readonly<Record<string, string>>>;
  /** Asked before each page: what it needs to know of the visitor, or the answer in its place. */
  enter?(visit: Visit, route: ConsoleRoute): Promise<Partial<Visit> | Response | undefined>;
  /** Hears of each sign-in. If it fails, the person still gets in. */
  signedIn?(ports: ConsolePorts, who: SignedIn, now: Date): Promise<void>;
  trail?(ports: ConsolePorts): Trail;
}

export interface SearchSource {
  /** Something stored, by its key or code. */
  named?(visit: Visit, text: string): Promise<readonly NamedHit[]>;
  /** Something that the text names in part. */
  group?(visit: Visit, words: SearchedWords): Promise<SearchGroup | undefined>;
  /** Commands that words ask for: "undo import". */
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

/** Something that the whole text names. */
export interface NamedHit extends SearchHit {
  readonly rank: number;
}

export interface SearchGroup {
  readonly name: string;
  readonly rank: number;
  readonly found: readonly SearchHit[];
  readonly more?: { readonly text: string; readonly path?: string } | undefined;
}

/** Words of a name, or with what it begins. */
export interface SearchedWords {
  readonly words: string;
  readonly ofPeople: boolean;
  readonly exact: readonly NamedHit[];
}

export interface MenuItem {
  readonly path: string;
  readonly access: Access;
  readonly name: PageTexts<string>;
  /** Begins the addresses of pages that belong to it, beside its own. */
  readonly also?: readonly string[];
  /** Under More, or one of the views of the page Data. @default along the top */
  readonly place?: "more" | "data";
  /** The icon in a phone's bottom bar. A page without one is under More there. */
  readonly icon?: IconName;
  /** It is there if a rule of some gate uses such a thing. @default always */
  needs?(use: Use): boolean;
  readonly count?: { readonly name: string; read(visit: Visit): Promise<string> };
}

/** Keys by which rows of a person are found. */
export interface NamedKeys {
  readonly email: string | undefined;
  /** Keys of accounts, as the access list has them. */
  readonly accounts: readonly string[];
  /** Keyed hashes: of the address or, without one, of the account. */
  readonly ids: readonly string[];
}

export interface PersonPart {
  readonly name: string;
  readonly content: Child;
}

/** Keeps somebody out although an account or entry says that they are in. */
export interface ShutOut {
  /** In a few words: "Disabled by an incident". */
  readonly text: string;
  /** Its name, for a link to its page. */
  readonly what: string;
  readonly path: string;
  /** ISO 8601. */
  readonly at: string;
  /** Undoes it for this person alone. */
  readonly act?: Child;
  /** ISO 8601. Absent while it stands. */
  readonly undoneAt?: string;
}

export interface DomainPart {
  readonly figure?: readonly [count: number | string, name: string];
  /** Shown ahead of what can be done. */
  readonly done?: Child;
  /** Beside the button that denies it. */
  readonly act?: Child;
  readonly content?: Child;
}

/** The way to a page where something is done. */
export interface Command extends Pick<MenuItem, "path" | "access" | "name"> {
  /** The list above which it has a button. */
  readonly button?: { readonly on: string; readonly name: PageTexts<string> };
  readonly icon: IconName;
  /** False where the policies make nothing of it. @default true */
  needs?(world: SharedPorts): boolean;
}

/** Several parts of a page may ask for the same: a visit reads or computes it once. */
export function oncePerVisit<T>(read: (visit: Visit) => T): (visit: Visit) => T {
  const valuesByVisit = new WeakMap<Visit, { readonly value: T }>();
  return (visit) => {
    const entry = valuesByVisit.get(visit) ?? { value: read(visit) };
    valuesByVisit.set(visit, entry);
    return entry.value;
  };
}
