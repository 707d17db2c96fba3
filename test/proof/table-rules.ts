import { endOf, guesserOf, holderOf, isValid, mailboxOf, proves, untaggedMailboxOf } from "./address";
import type { LimitSpec, PartnerOptions, RuleSpec, TableRow, Value } from "./scenario";
import type { Answer, SignUp, State } from "./state";

/** Rules that read tables and count, from docs/recipes/. */

type Spec<Name extends RuleSpec["rule"]> = Extract<RuleSpec, { readonly rule: Name }>;
const go: Answer = { kind: "continue" };
const block = (reason: string): Answer => ({ kind: "block", reason });
const ask = (attribute: string, reason: string): Answer => ({ kind: "invalid", problems: [{ attribute, reason }] });
const DAY = 86_400_000;

export function permittedValue({ attribute, options }: Spec<"permittedValue">, { attributes, person, now }: SignUp, state: State): Answer {
  const { list = attribute, optional, uses, usedUp, guessesPerDay = uses === undefined ? undefined : 5 } = options;
  const typed = spelled(String(attributes[attribute] ?? ""), options.spaces ?? "collapse");
  if (typed === "") return optional ? go : ask(attribute, "attribute.required");
  const same = options.case === "exact" ? typed : typed.toLowerCase();
  if (guessesPerDay !== undefined) {
    const guesser = guesserOf(person);
    if (guesser === undefined) return block("request.email");
    const tried = of(state.tried, `${list} ${guesser} ${Math.floor(now / DAY)}`);
    if (!tried.has(same) && tried.size >= guessesPerDay) return block("code.too-many-guesses");
    tried.add(same);
  }
  const forms = options.case === "exact" ? [typed] : [typed, typed.toUpperCase(), typed.toLowerCase()];
  const row =
    typed.length > 256
      ? undefined
      : firstValid(state.rows.referenceData, forms, (each, form) => each.list === list && each.value === form, now);
  if (row === undefined) return ask(attribute, "value.not-permitted");
  const found = { [attribute]: row.value as Value };
  if (uses === undefined) return { kind: "continue", attributes: found };
  const people = of(state.used, `${list} ${same}`);
  const holder = holderOf(person);
  if (people.has(holder) || people.size < uses) return { kind: "continue", attributes: found, effect: () => people.add(holder) };
  if (usedUp === "approval") return { kind: "continue", attributes: found, findings: { [attribute]: "used-up" }, referred: true };
  return ask(attribute, "code.used-up");
}

function spelled(text: string, spaces: "collapse" | "remove" | "exact"): string {
  if (spaces === "exact") return text;
  return spaces === "remove" ? text.replace(/\s/g, "") : text.trim().replace(/\s+/g, " ");
}

function firstValid<T>(
  rows: readonly TableRow[],
  keys: readonly T[],
  is: (row: TableRow, key: T) => boolean,
  now: number,
): TableRow | undefined {
  for (const key of keys) {
    const row = rows.find((each) => is(each, key) && isValid(each, now));
    if (row !== undefined) return row;
  }
  return undefined;
}

function of(sets: Map<string, Set<string>>, key: string): Set<string> {
  const found = sets.get(key) ?? new Set<string>();
  sets.set(key, found);
  return found;
}

/** What is known of a person, or that nobody was asked. */
function profileOf(trust: readonly string[], { person, now }: SignUp, { rows }: State): TableRow | "not-asked" | undefined {
  const accounts = person.identities.map(({ issuer, id }) => `issuer:${issuer}/${id}`);
  const isProven = proves(person, trust);
  const { address } = person;
  const addresses = address !== undefined && isProven ? [address.whole, mailboxOf(address)] : [];
  const row = firstValid(rows.profiles, [...accounts, ...addresses], (each, key) => each.person === key, now);
  // With [], people are known by their account alone, and nobody's address matters.
  return row ?? (isProven || trust.length === 0 ? undefined : "not-asked");
}

function valuesIn({ person: _, note: __, expiresAt: ___, ...values }: TableRow): TableRow {
  return values;
}

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
  return {
    kind: "continue",
    attributes: Object.fromEntries(Object.entries(values).filter(([name]) => only === undefined || only.includes(name))),
  };
}

const unknownValues = (names: readonly string[]): Answer => ({
  kind: "invalid",
  problems: names.map((attribute) => ({ attribute, reason: "value.not-permitted" })),
});

export function partners({ otherwise = "block", trust }: PartnerOptions, { person, now }: SignUp, { rows }: State): Answer {
  if (person.address === undefined) return block("request.email");
  const row = rows.decisions.find(({ reference, id }) => reference === "partner" && id === person.address?.domain);
  const isStale = row?.state === "stale" && now < (endOf(row.until ?? "") ?? 0);
  if ((row?.state === "proven" || isStale) && proves(person, trust))
    return { kind: "continue", findings: { partner: row?.state ?? "none" } };
  if (otherwise === "block") return block("partner.not-proven");
  return { kind: "continue", findings: { partner: "none" }, ...(otherwise === "approval" && { referred: true }) };
}

export function limit({ by, windows, then = "block", name = by }: LimitSpec, signUp: SignUp, state: State): Answer {
  const { person, now, findings } = signUp;
  if (person.address === undefined && (person.identities.length === 0 || by === "mailbox" || by === "domain"))
    return block("request.email");
  if (findings.listed === "allow") return go;
  const key = `${name} ${countedBy(by, signUp)}`;
  const holder = holderOf(person);
  const sets = windows.map(({ max, per }) => ({ max, people: of(state.admitted, `${key} ${per} ${Math.floor(now / lengthOf(per))}`) }));
  const isFull = sets.some(({ max, people }) => !people.has(holder) && people.size >= max);
  const effect = () => {
    for (const { people } of sets) people.add(holder);
  };
  if (!isFull) return { kind: "continue", effectInside: effect };
  if (then === "block") return block("limit.reached");
  const reached = { kind: "continue", findings: { [`limit-${name}`]: "reached" } } as const;
  return then === "approval" ? { ...reached, referred: true } : reached;
}

function lengthOf(per: string): number {
  return Number.parseInt(per, 10) * { m: 60_000, h: 3_600_000, d: DAY }[per.slice(-1) as "m" | "h" | "d"];
}

function countedBy(by: LimitSpec["by"], { person, call }: SignUp): string {
  switch (by) {
    case "mailbox":
      return person.address === undefined ? "" : untaggedMailboxOf(person.address);
    case "domain":
      return person.address?.domain ?? "";
    case "issuer":
      return person.providers.join(" ");
    case "application":
      return call.tenant === "workforce" ? "" : call.application;
    case "network":
      return call.tenant === "external-tenant" ? call.ipAddress.replace(/^(([0-9a-f]+:){4}).*/, "$1") : "";
    case "gate":
      return "";
  }
}
