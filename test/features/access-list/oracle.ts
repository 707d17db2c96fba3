import { domainToASCII } from "node:url";

/**
 * The access list read the slow way, from its description alone: every row is asked whether it speaks of this person, and how
 * specifically. It shares nothing with the code it checks, so that two readings of the same text have to agree.
 */

/** A row as it lies in the table: only the key is sure to be text. */
export interface ListRow {
  readonly entry: string;
  readonly effect?: unknown;
  readonly issuer?: unknown;
  readonly gates?: unknown;
  readonly expiresAt?: unknown;
  readonly allowedUntil?: unknown;
  readonly typed?: unknown;
}

export interface Person {
  /** As the person typed it. */
  readonly email: string;
  readonly identities?: readonly { readonly issuer: string; readonly issuerAssignedId?: string }[];
}

export interface Circumstances {
  /** The classes the policy looks people up in. */
  readonly classes?: readonly string[];
  /** Epoch milliseconds. */
  readonly now: number;
  /**
   * `stored`: keys are compared as they are, the way the table finds them. `typed`: each row means what its author meant, before the
   * hygiene worker has come by.
   */
  readonly rows: "stored" | "typed";
  /** Where the person knocks; the unnamed gate if left out. */
  readonly gate?: string;
}

type Effect = "allow" | "approval" | "deny";
export type Answer = Effect | "unlisted";

export interface Reading {
  readonly answer: Answer;
  /** The entry that decided, if one did. */
  readonly decidedBy?: string;
}

/** What the list says of a person. An address that cannot be read is denied whatever the list says. */
export function readList(rows: readonly ListRow[], person: Person, circumstances: Circumstances): Reading {
  const email = normalise(person.email);
  if (email === undefined) return { answer: "deny" };

  const speaking: Speaking[] = [];
  for (const row of rows) {
    const effect = effectOf(row);
    if (!isAlive(row, effect, circumstances.now)) continue;
    // An allow has `expiresAt`: with the other column, nobody knows what was meant.
    if (effect === "allow" && row.allowedUntil !== undefined) continue;
    if (!countsForIssuers(row, effect, person)) continue;
    if (!countsAtGate(row, effect, circumstances.gate ?? "default")) continue;
    const asAllow = isSuspended(row, effect, circumstances) ? rankOf(row.entry, "allow", email, person, circumstances) : undefined;
    const rank = asAllow ?? rankOf(row.entry, effect, email, person, circumstances);
    if (rank !== undefined) speaking.push({ row, effect: asAllow === undefined ? effect : "allow", rank });
  }
  // A provider's approval keeps back whom other rows allow. Whom one of them denies, the provider does not help.
  const ofProvider = ({ effect, rank }: Speaking) => effect === "approval" && rank === ranks.veto;
  const others = closest(speaking.filter((each) => !ofProvider(each)));
  const isDenied = others?.effect === "deny" && others.rank < ranks.issuer;
  const winner = isDenied ? others : closest(speaking);
  return winner === undefined ? { answer: "unlisted" } : { answer: winner.effect, decidedBy: winner.row.entry };
}

interface Speaking {
  readonly row: ListRow;
  readonly effect: Effect;
  readonly rank: number;
}

/** Of equally specific rows the deny decides, then the approval. */
function closest(speaking: readonly Speaking[]): Speaking | undefined {
  const best = Math.min(...speaking.map(({ rank }) => rank));
  const deciding = speaking.filter(({ rank }) => rank === best);
  return (["deny", "approval", "allow"] as const).flatMap((one) => deciding.filter(({ effect }) => effect === one))[0];
}

/** Lower speaks first. Wildcards take the room between `wildcard` and the next: the longer, the nearer. */
const ranks = { account: 1, veto: 2, written: 3, mailbox: 4, domain: 5, wildcard: 6, class: 7, issuer: 8, everyone: 9 };

function rankOf(entry: string, effect: Effect, email: string, person: Person, circumstances: Circumstances) {
  const text = circumstances.rows === "typed" ? entry.trim() : entry;
  const lower = circumstances.rows === "typed" ? text.toLowerCase() : text;

  if (lower === "*") return ranks.everyone;
  if (lower === "disposable" || lower === "relay" || lower === "consumer") {
    return circumstances.classes?.includes(lower) && isInClass(lower, domainOf(email)) ? ranks.class : undefined;
  }
  if (lower.startsWith("issuer:")) return rankOfIssuerEntry(text.slice("issuer:".length), effect, person, circumstances.rows);
  if (lower.startsWith("*.")) {
    const parent = domainAs(circumstances.rows, lower.slice(2));
    const nearness = (parent?.split(".").length ?? 0) / 1000;
    return parent && domainOf(email).endsWith(`.${parent}`) ? ranks.wildcard + 1 - nearness : undefined;
  }
  if (!lower.replace(/^@/, "").includes("@")) {
    return domainAs(circumstances.rows, lower.replace(/^@/, "")) === domainOf(email) ? ranks.domain : undefined;
  }
  return circumstances.rows === "typed" ? rankOfTypedAddress(lower, effect, email) : rankOfStoredAddress(lower, effect, email);
}

function rankOfIssuerEntry(text: string, effect: Effect, person: Person, rows: "stored" | "typed") {
  const slash = text.indexOf("/");
  const name = slash === -1 ? text : text.slice(0, slash);
  const issuer = rows === "typed" ? sameIssuer(name) : longName(name);
  if (slash === -1) {
    if (!issuersOf(person).includes(issuer)) return undefined;
    return effect === "allow" ? ranks.issuer : ranks.veto;
  }
  const id = text.slice(slash + 1);
  const isThis = person.identities?.some((identity) => sameIssuer(identity.issuer) === issuer && identity.issuerAssignedId === id);
  return isThis ? ranks.account : undefined;
}

function rankOfStoredAddress(entry: string, effect: Effect, email: string) {
  if (entry === email) return ranks.written;
  if (entry === mailbox(email)) return ranks.mailbox;
  if (entry === base(email) && hasTags(email)) return ranks.mailbox;
  if ((entry === base(email) || entry === mailbox(base(email)) || entry === reach(email)) && effect !== "allow") return ranks.mailbox;
  return undefined;
}

function rankOfTypedAddress(entry: string, effect: Effect, email: string) {
  const address = normalise(entry);
  if (address === undefined) return undefined;
  if (address === email) return ranks.written;
  if (mailbox(address) === mailbox(email)) return ranks.mailbox;
  if (effect !== "allow" && reach(address) === reach(email)) return ranks.mailbox;
  return undefined;
}

function effectOf(row: ListRow): Effect {
  const text = typeof row.effect === "string" ? row.effect.trim().toLowerCase() : "";
  return text === "allow" || text === "approval" ? text : "deny";
}

const nothing: ReadonlySet<string> = new Set(["null", "(null)", "none", "nil", "nan", "na", "n/a", "#n/a", "undefined", "\\n"]);

/** A row whose `issuer` cannot be read: a deny or approval counts for everyone, an allow for no one. */
function countsForIssuers(row: ListRow, effect: Effect, person: Person): boolean {
  if (row.issuer === undefined) return true;
  if (typeof row.issuer !== "string" || !/[\p{L}\p{N}]/u.test(row.issuer) || nothing.has(row.issuer.trim().toLowerCase()))
    return effect !== "allow";
  return issuersOf(person).includes(sameIssuer(row.issuer));
}

/** A row whose `gates` cannot be read, or names none: a deny or approval counts at every gate, an allow at none. */
function countsAtGate({ gates }: ListRow, effect: Effect, gate: string): boolean {
  if (gates === undefined) return true;
  const cells: readonly unknown[] = Array.isArray(gates) ? gates : [gates];
  if (!cells.every((cell) => typeof cell === "string")) return effect !== "allow";
  const names = cells
    .join(" ")
    .toLowerCase()
    .match(/[^\s,]+/g);
  if (names === null || names.some((name) => !/^([a-z][a-z0-9]*-)*[a-z][a-z0-9]*$/.test(name))) return effect !== "allow";
  return names.includes(gate);
}

/** Until `allowedUntil`, a row is an allow for whom an allow of this row would count: with any mistake, for nobody. */
function isSuspended(row: ListRow, effect: Effect, { now, rows, gate = "default" }: Circumstances): boolean {
  if (effect === "allow" || row.allowedUntil === undefined) return false;
  const until = endOf(row.allowedUntil);
  if (until === undefined || now >= until) return false;
  const isWord = typeof row.effect === "string" && row.effect.trim().toLowerCase() === effect;
  const somebody = { email: "", identities: [{ issuer: typeof row.issuer === "string" ? row.issuer : "" }] };
  if (!isWord || !countsForIssuers(row, "allow", somebody)) return false;
  if (!countsAtGate(row, "allow", gate) || !isAlive(row, "allow", now)) return false;
  // A deny of an address with a tag speaks of other addresses too, an allow does not.
  const address = normalise(String(rows === "stored" ? (row.typed ?? row.entry) : row.entry));
  return address === undefined || reach(address) === mailbox(address);
}

function isAlive(row: ListRow, effect: Effect, now: number): boolean {
  if (row.expiresAt === undefined) return true;
  const end = endOf(row.expiresAt);
  return end === undefined ? effect !== "allow" : now < end;
}

/** The moment from which a row counts for nothing, in epoch milliseconds; undefined if it cannot be read. */
function endOf(cell: unknown): number | undefined {
  const time = timeOf(cell);
  // Nobody ends a row before the year 2000: a tool wrote that.
  return time !== undefined && time > Date.UTC(2000, 0, 1) ? time : undefined;
}

function timeOf(cell: unknown): number | undefined {
  const text = typeof cell === "string" ? cell.trim() : "";
  const seconds = /^\d+$/.test(text) ? Number(text) : cell;
  // From here on it would be the year 5138: somebody meant milliseconds.
  if (typeof seconds === "number") return seconds >= 0 && seconds < 100_000_000_000 ? seconds * 1000 : undefined;
  const parts = /^(\d{4})-(\d{2})-(\d{2})(?:T(\d{2}):\d{2}(?::\d{2}(?:\.\d+)?)?(Z|[+-]\d{2}:\d{2})?)?$/.exec(text);
  if (!parts) return undefined;
  const [, year, month, day, hour, offset] = parts;
  const midnight = Date.UTC(Number(year), Number(month) - 1, Number(day));
  if (new Date(midnight).toISOString().slice(0, 10) !== `${year}-${month}-${day}`) return undefined;
  if (hour === undefined) return midnight + 24 * 60 * 60 * 1000;
  const time = Date.parse(offset === undefined ? `${text}Z` : text);
  return Number.isNaN(time) ? undefined : time;
}

function issuersOf(person: Person): readonly string[] {
  return person.identities?.length ? person.identities.map(({ issuer }) => sameIssuer(issuer)) : ["entra"];
}

function sameIssuer(text: string): string {
  return longName(text.trim().toLowerCase());
}

function longName(issuer: string): string {
  return issuer === "google" || issuer === "facebook" ? `${issuer}.com` : issuer;
}

/** The address in its one spelling; undefined if it is not an address, or not one this list speaks of. */
export function normalise(typed: string): string | undefined {
  const parts = typed.trim().split("@");
  const [local, domainTyped] = parts;
  if (parts.length !== 2 || !local || !domainTyped) return undefined;
  if (/["\s\u2800\u3164\u00ad]/.test(typed.trim()) || local.split(".").includes("") || local.length > 64) return undefined;
  const domain = normaliseDomain(domainTyped);
  return domain && `${local.toLowerCase()}@${domain}`;
}

function normaliseDomain(typed: string): string | undefined {
  if (/[\s/\\:?#[\]@%<>^|]/.test(typed)) return undefined;
  const ascii = domainToASCII(typed.toLowerCase()).replace(/\.$/, "");
  const labels = ascii.split(".");
  return labels.every((label) => label !== "") && labels.length <= 50 ? ascii : undefined;
}

function domainAs(rows: "stored" | "typed", text: string): string | undefined {
  return rows === "typed" ? normaliseDomain(text) : text;
}

const withTags =
  /@(gmail|googlemail|outlook|hotmail|live|msn|icloud|me|mac|fastmail|protonmail|)\.com$|@fastmail\.fm$|@proton\.me$|@pm\.me$|@protonmail\.ch$/;

/** True where the address without its +tag is known to be the same mailbox. A dot before the tag counts only where dots count for nothing. */
function hasTags(email: string): boolean {
  return withTags.test(email) && (!/^[^+]+\.\+/.test(email) || /@(gmail|googlemail|protonmail|pm|proton)\.(com|me|ch)$/.test(email));
}

/** One spelling for all that a known provider delivers to one mailbox. */
function mailbox(email: string): string {
  const [, account, of] = /@([^.@]+)\.(fastmail\.(?:com|fm))$/.exec(email) ?? [];
  if (account !== undefined) return `${account}@${of}`;
  const plain = hasTags(email) ? base(email) : email;
  switch (domainOf(email)) {
    case "gmail.com":
    case "googlemail.com":
      return `${localOf(plain).replaceAll(".", "")}@gmail.com`;
    case "me.com":
    case "mac.com":
    case "icloud.com":
      return hasTags(email) ? `${localOf(plain)}@icloud.com` : email;
    case "proton.me":
    case "protonmail.com":
    case "pm.me":
    case "protonmail.ch":
      return `${localOf(plain).replaceAll(/[._-]/g, "")}@proton.me`;
    case "ya.ru":
    case "yandex.com":
    case "yandex.ru": {
      const [, name = "", tag = ""] = /^(.[^+]*)(.*)@/.exec(email) ?? [];
      return name.endsWith(".") ? email : `${name.replaceAll(".", "-")}${tag}@yandex.ru`;
    }
    default:
      return plain;
  }
}

/** One spelling for all that a deny of the address refuses. */
function reach(email: string): string {
  return mailbox(base(email))
    .replace(/@hanmail\.net$/, "@daum.net")
    .replaceAll("ß", "ss")
    .replaceAll("ς", "σ");
}

/** Without its +tag, if there is anything in front of it; a dot that would be left at the end goes too. */
function base(email: string): string {
  const plus = localOf(email).indexOf("+");
  return plus > 0 ? `${localOf(email).slice(0, plus).replace(/\.$/, "")}@${domainOf(email)}` : email;
}

function localOf(email: string): string {
  return email.slice(0, email.indexOf("@"));
}

function domainOf(email: string): string {
  return email.slice(email.indexOf("@") + 1);
}

const classDomains = {
  disposable: ["mailinator.com", "guerrillamail.com", "yopmail.com"],
  consumer: ["gmail.com", "googlemail.com", "proton.me", "pm.me", "hanmail.net", "daum.net", "mailinator.com"],
  relay: ["privaterelay.appleid.com", "mozmail.com", "relay.firefox.com", "duck.com"],
};

function isInClass(name: keyof typeof classDomains, domain: string): boolean {
  return classDomains[name].some((one) => domain === one || (name === "relay" && domain.endsWith(`.${one}`)));
}
