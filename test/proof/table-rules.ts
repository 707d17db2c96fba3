import { countedAccount, countedPerson, endOf, isNobody, isValid, type Person, proves, spellingsOf } from "./address";
import { postureOf } from "./posture";
import type { LimitSpec, Spec, TableRow, Value } from "./scenario";
import { type Answer, ask, block, DAY, gateOf, go, isUnread, type SignUp, type State, setOf } from "./state";

/** Rules that read tables and count, from docs/recipes/. */

export function permittedValue({ attribute, options }: Spec<"permittedValue">, signUp: SignUp, state: State): Answer {
  const { attributes, person, now } = signUp;
  const { list = attribute, optional, maxUses, usedUp, guessesPerDay = maxUses === undefined ? undefined : 5 } = options;
  const typed = spelled(String(attributes[attribute] ?? ""), options.spaces ?? "collapse");
  if (typed === "") return optional ? go : ask(attribute, "attribute.required");
  const same = options.case === "exact" ? typed : typed.toLowerCase();
  const stopped = guessesPerDay === undefined ? undefined : guess(list, same, guessesPerDay, signUp, state);
  if (stopped !== undefined) return stopped;
  const forms = options.case === "exact" ? [typed] : [typed, typed.toUpperCase(), typed.toLowerCase()];
  const row =
    typed.length > 256
      ? undefined
      : firstValid(state.rows.referenceData, forms, (each, form) => each.list === list && each.value === form, now);
  if (row === undefined) return ask(attribute, "value.not-permitted");
  const found = { [attribute]: row.value as Value };
  if (maxUses === undefined) return { kind: "continue", attributes: found };
  const people = setOf(state.used, `${list} ${same}`);
  const holder = countedAccount(person);
  if (people.has(holder) || people.size < maxUses) return { kind: "continue", attributes: found, effect: () => people.add(holder) };
  if (usedUp === "approval") return { kind: "continue", attributes: found, findings: { [attribute]: "used-up" }, referred: true };
  return ask(attribute, "code.used-up");
}

/** Counts a guess, right or wrong; undefined if it may be answered. */
export function guess(list: string, same: string, perDay: number, { person, now, guessed, call }: SignUp, state: State) {
  const guesser = countedPerson(person);
  if (guesser === undefined) return block("request.email");
  const tried = setOf(state.tried, `${list} ${guesser} ${Math.floor(now / DAY)}`);
  // What another rule of this call has just tried was not read.
  const isJustTried = guessed.has(`${list} ${same}`);
  if ((isJustTried || !tried.has(same)) && tried.size - Number(isJustTried) >= perDay) return block("code.too-many-guesses");
  if (call.unwritten?.includes("ledger")) return block("gatehouse.unavailable");
  if (!tried.has(same)) guessed.add(`${list} ${same}`);
  tried.add(same);
  return undefined;
}

function spelled(text: string, spaces: "collapse" | "remove" | "exact"): string {
  if (spaces === "exact") return text;
  return spaces === "remove" ? text.replace(/\s/g, "") : text.trim().replace(/\s+/g, " ");
}

type Rows = readonly TableRow[];

function firstValid<T>(rows: Rows, keys: readonly T[], is: (row: TableRow, key: T) => boolean, now: number): TableRow | undefined {
  return keys.flatMap((key) => rows.filter((each) => is(each, key) && isValid(each, now)))[0];
}

/** By what a person is looked for. */
export function profileKeys(trust: readonly string[] | undefined, person: Person): readonly string[] {
  const accounts = person.identities.map(({ issuer, id }) => `issuer:${issuer}/${id}`);
  const { address } = person;
  return [...accounts, ...(address !== undefined && proves(person, trust) ? [address.whole, ...spellingsOf(address)] : [])];
}

/** What is known of a person, or that nobody was asked. */
function profileOf(trust: readonly string[] | undefined, { person, now }: SignUp, { rows }: State): TableRow | "not-asked" | undefined {
  const row = firstValid(rows.profiles, profileKeys(trust, person), (each, key) => each.person === key, now);
  // With [], people are known by their account alone, and nobody's address matters.
  return row ?? (proves(person, trust) || trust?.length === 0 ? undefined : "not-asked");
}

const valuesIn = ({ person: _, note: __, expiresAt: ___, ...values }: TableRow): TableRow => values;

export function prefill({ trust }: Spec<"prefill">, signUp: SignUp, state: State): Answer {
  const row = profileOf(trust, signUp, state);
  if (row === undefined || row === "not-asked") return { kind: "continue", findings: { profiles: row ?? "not-found" } };
  return { kind: "continue", attributes: valuesIn(row) };
}

export function lookup({ trust, options }: Spec<"lookup">, signUp: SignUp, state: State): Answer {
  const { only, notFound = "block", untrusted = "block" } = options;
  const row = profileOf(trust, signUp, state);
  const typed = (names: readonly string[]) => names.filter((name) => (signUp.attributes[name] ?? "") !== "");
  if (row === undefined || row === "not-asked") {
    const reason = row === undefined ? "lookup.not-found" : "lookup.address-unproven";
    const then = row === undefined ? notFound : untrusted;
    const findings = { profiles: row ?? "not-found" };
    if (then === "block") return block(reason);
    if (then === "ask-again") return { kind: "invalid", problems: [{ reason }] };
    const wrong = then === "leave-empty" ? typed(only ?? []) : [];
    return wrong.length > 0 ? unknownValues(wrong) : { kind: "continue", findings };
  }
  const values = valuesIn(row);
  const wrong = typed((only ?? []).filter((name) => !(name in values)));
  if (wrong.length > 0) return unknownValues(wrong);
  const given = Object.entries(values).filter(([name]) => only === undefined || only.includes(name));
  return { kind: "continue", attributes: Object.fromEntries(given) };
}

const unknownValues = (names: readonly string[]): Answer => ({
  kind: "invalid",
  problems: names.map((attribute) => ({ attribute, reason: "value.not-permitted" })),
});

export function partners({ options }: Spec<"partners">, { person, call, now, findings }: SignUp, { rows }: State): Answer {
  if (options.unless && findings.allowed) return go;
  const { otherwise = "block", trust } = options;
  if (person.address === undefined) return block("request.email");
  const readable = isUnread(call, "decisions") ? [] : rows.decisions;
  const row = readable.find(({ reference, id }) => reference === "partner" && id === person.address?.domain);
  const isOver = row?.until === undefined ? row?.state === "stale" : now >= (endOf(row.until) ?? 0);
  if ((row?.state === "proven" || row?.state === "stale") && !isOver && proves(person, trust))
    return { kind: "continue", findings: { partner: row?.state ?? "none", ...(otherwise !== "block" && { allowed: true }) } };
  if (otherwise === "block") return block("partner.not-proven");
  return { kind: "continue", findings: { partner: "none" }, ...(otherwise === "approval" && { referred: true }) };
}

export function limit({ options }: Spec<"limit">, signUp: SignUp, state: State): Answer {
  const { by, windows, then = "block", name = by } = options;
  const { person, call, now, findings } = signUp;
  if (person.address === undefined && ["mailbox", "domain", "organisation"].includes(by)) return block("request.email");
  if (findings.listed === "allow") return go;
  if (isNobody(person) && !isUnread(call, "ledger")) return block("request.email");
  const keyOf = (per: string) => `${name} ${countedBy(by, signUp)} ${gateOf(call)} ${per} ${Math.floor(now / lengthOf(per))}`;
  const holder = countedAccount(person);
  const sets = windows.map(({ max, per }) => ({ max, people: setOf(state.admitted, keyOf(per)) }));
  const isFull = sets.some(({ max, people }) => !people.has(holder) && people.size >= max);
  const effectInside = () => {
    for (const { people } of sets) people.add(holder);
  };
  // What cannot be read is taken for full.
  if (!isFull && !isUnread(call, "ledger")) return sets.every(({ people }) => people.has(holder)) ? go : { kind: "continue", effectInside };
  if (then === "block") return block("limit.reached");
  const reached = { kind: "continue", findings: { [`limit-${name}`]: "reached" } } as const;
  return then === "approval" ? { ...reached, referred: true } : reached;
}

/** The next person whom a full window lets in sets the gate, once, where nobody has set it. */
export function surge({ options: { max, per } }: Spec<"surge">, signUp: SignUp, state: State): Answer {
  const { person, call, now, findings } = signUp;
  if (findings.listed === "allow" || isUnread(call, "ledger")) return go;
  if (isNobody(person)) return block("request.email");
  const window = `surge  ${gateOf(call)} ${per} ${Math.floor(now / lengthOf(per))}`;
  const people = setOf(state.admitted, window);
  if (people.has(countedAccount(person))) return go;
  if (people.size < max) return { kind: "continue", effectInside: () => people.add(countedAccount(person)) };
  const isSet =
    isUnread(call, "decisions") || postureOf(gateOf(call), state, now) !== "open" || state.surges.get(gateOf(call))?.window === window;
  if (isSet) return go;
  const until = now + 4 * 3_600_000;
  return { kind: "continue", effectInside: () => state.surges.set(gateOf(call), { window, until }), into: "decisions" };
}

const lengthOf = (per: string) => Number.parseInt(per, 10) * { m: 60_000, h: 3_600_000, d: DAY }[per.slice(-1) as "m" | "h" | "d"];

function countedBy(by: LimitSpec["by"], { person, call }: SignUp): string {
  const { address } = person;
  return {
    mailbox: countedPerson(person) ?? "",
    domain: `${address?.domain} ${proves(person) ? "" : person.providers.join(" ")}`,
    // The last two labels; three below the registries of companies and universities.
    organisation: `${/[^.]+\.(?:co\.uk|ac\.kr|[^.]+)$/.exec(address?.domain ?? "")} ${proves(person) ? "" : person.providers.join(" ")}`,
    issuer: person.providers.join(" "),
    application: call.tenant === "workforce" ? "" : call.application,
    network: call.tenant === "external-tenant" ? call.ipAddress.replace(/^(([0-9a-f]+:){4}).*/, "$1") : "",
    gate: "",
  }[by];
}
