import { ruleOf } from "../../engine/sign-up/policy";
import type { AttributeValue } from "../../engine/sign-up/sign-up";
import { MS_PER_DAY, MS_PER_HOUR } from "../../engine/sign-up/time";
import { classNames } from "../../features/access-list/entry";
import { usesOf } from "../../lib/policy-folder/policy-folder";
import { requestStates } from "../cases/format";
import { triedAnswers } from "./answers";
import type { JudgedPolicy, Pair, TriedSignUp } from "./judge";
import { addressesAround, addressesByPattern, around, commonAddresses, domainIn, valuesFor } from "./values";
import type { Vocabulary } from "./vocabulary";

/** One thing that may be otherwise about a sign-up. */
export type Move = (candidate: TriedSignUp) => TriedSignUp;

/** Moves about one thing, the likeliest to matter first. */
export interface MoveGroup {
  readonly moves: readonly Move[];
  /** Whether the policies differ in something that names it. */
  readonly isChanged: boolean;
}

/** What moves are made of. */
export interface MoveWorld {
  readonly policies: Pair<JudgedPolicy>;
  readonly vocabulary: Vocabulary;
  readonly now: Date;
}

/** Nobody is tried as the thousandth and more: such counts are slow to make. */
const MOST_COUNTED = 1_000;
/** The most domains, issuers and lists that are tried. */
const MOST = 20;

/** Everything that is tried. */
export function movesFor(world: MoveWorld): readonly MoveGroup[] {
  const { policies, vocabulary, now } = world;
  const { names, isChanged, near } = vocabulary;
  const steps = policies.flatMap(({ policy }) => policy);
  const tables = new Set(steps.flatMap(usesOf).flatMap((use) => ("table" in use ? [use.table] : [])));
  const limits = new Set(steps.flatMap(({ policy }) => policy.rules.map(ruleOf)).flatMap(({ counts }) => counts ?? []));
  const counted = around([...near("limit").numbers, ...near("surge").numbers]).filter((count) => count > 0 && count <= MOST_COUNTED);
  const inTable = (table: string, moves: (each: MoveWorld) => readonly Move[]) => (tables.has(table as never) ? moves(world) : []);
  const differing = differingEntries(policies);
  const group = (moves: readonly Move[], ...words: readonly string[]): MoveGroup => ({ moves, isChanged: isChanged(...words) });
  const groups: readonly MoveGroup[] = [
    group(
      addressesFor(world, differing).map((email) => withRequest({ email })),
      ...vocabulary.texts.filter((text) => domainIn(text) !== undefined),
    ),
    ...vocabulary.attributes.map((name) =>
      group(
        valuesFor(name, vocabulary, now).map((value) => withAttribute(name, value)),
        name,
      ),
    ),
    ...servicesAsked(policies).map((service) =>
      group(
        triedAnswers(service, vocabulary).map((answer) => (each) => ({ ...each, answers: { ...each.answers, [service]: answer } })),
        service,
        "call",
        "http",
      ),
    ),
    group(
      issuersFor(vocabulary).map((issuer) => withRequest({ issuer })),
      ...["trust", "issuer", "identities"],
    ),
    group(inTable("accessList", listMoves), "accessList", "listed"),
    group(inTable("referenceData", valueMoves), "permittedValue"),
    group(inTable("profiles", profileMoves), "profiles"),
    group(inTable("approvals", approvalMoves), "requestApproval", "approvalStatus", "invited"),
    group(names.has("partners") ? partnerMoves(world) : [], "partners"),
    group(
      [...limits].flatMap((limit) =>
        counted.map((count) => withRows(({ request }) => ({ admitted: [{ limit, who: request.email, count }] }), true)),
      ),
      "limit",
    ),
    group(applicationMoves(vocabulary), "application", "onlyApplications"),
    group(timeMoves(world), "now", "Date"),
    group(names.has("locales") ? ["en", "ko-KR", "de", "fr-CA"].map((locales) => withRequest({ locales })) : [], "locales"),
    group([
      withRequest({ tenant: "b2c" }),
      withRequest({ tenant: "external-tenant" }),
      withRequest({ tenant: "external-tenant", address: "none", issuer: "google.com" }),
    ]),
  ];
  const [addresses, ...others] = groups.filter(({ moves }) => moves.length > 0) as [MoveGroup, ...MoveGroup[]];
  return [{ ...addresses, isChanged: addresses.isChanged || differing.length > 0 }, ...others];
}

/** The systems outside that the policies may ask. */
export function servicesAsked(policies: MoveWorld["policies"]): readonly string[] {
  const uses = policies.flatMap(({ policy }) => policy.flatMap(usesOf));
  return [...new Set(uses.flatMap((use) => ("service" in use ? [use.service] : [])))];
}

/** Entries of the folders' own lists that only one of them has so. */
function differingEntries(policies: MoveWorld["policies"]): readonly string[] {
  const rows = policies.flatMap(({ rows: { accessList } }) => [...(accessList?.values() ?? [])]);
  const keys = rows.map((row) => JSON.stringify({ ...row, note: undefined }));
  return rows.filter((_, index) => keys.filter((key) => key === keys[index]).length === 1).map(({ entry }) => String(entry));
}

/** Of both policies and their lists; those of what differs come first. */
function addressesFor({ policies, vocabulary }: MoveWorld, differing: readonly string[]): readonly string[] {
  const entries = policies.flatMap(({ rows }) => [...(rows.accessList?.values() ?? [])].map(({ entry }) => String(entry)));
  const words = [...new Set([...differing, ...vocabulary.texts, ...entries])].map(addressesAround).filter(({ length }) => length > 0);
  return [...new Set(inTurns([...words.slice(0, 2 * MOST), ...vocabulary.patterns.map(addressesByPattern), commonAddresses]))];
}

/** The first of each, then the second of each. */
export function inTurns<T>(groups: readonly (readonly T[])[]): readonly T[] {
  const longest = Math.max(0, ...groups.map(({ length }) => length));
  return Array.from({ length: longest }, (_, turn) => groups.flatMap((group) => group.slice(turn, turn + 1))).flat();
}

function issuersFor({ texts, names }: Vocabulary): readonly string[] {
  const speaks = ["trust", "issuer", "identities", "issuersOf"].some((name) => names.has(name));
  const named = speaks ? texts.filter((text) => /^[a-z0-9.-]+\.[a-z]{2,}$/i.test(text)).slice(0, MOST) : [];
  const alike = ["google.com", ...named].flatMap((each) => [each, `x${each}`, `${each}.evil.example`, each.toUpperCase()]);
  return [...new Set(["google.com", "mail", "entra", "facebook.com", "apple.com", ...alike, "evil.example"])];
}

function withRequest(change: Partial<TriedSignUp["request"]>): Move {
  return (candidate) => ({ ...candidate, request: { ...candidate.request, ...change } });
}

/** @param value undefined: without it */
export function withAttribute(name: string, value: AttributeValue | undefined): Move {
  return ({ request, ...candidate }) => {
    const { [name]: _, ...others } = request.attributes ?? {};
    return { ...candidate, request: { ...request, attributes: { ...others, ...(value !== undefined && { [name]: value }) } } };
  };
}

type RowsOf = NonNullable<TriedSignUp["rows"]>;

/** @param isAlone in place of the tables' other rows */
function withRows(rowsOf: (candidate: TriedSignUp) => RowsOf, isAlone = false): Move {
  return (candidate) => {
    const added = Object.entries(rowsOf(candidate)) as [keyof RowsOf, readonly object[]][];
    const all = added.map(([name, rows]) => [name, isAlone ? rows : [...(candidate.rows?.[name] ?? []), ...rows].slice(-3)]);
    return { ...candidate, rows: { ...candidate.rows, ...Object.fromEntries(all) } };
  };
}

function later(now: Date, milliseconds: number): string {
  return new Date(now.getTime() + milliseconds).toISOString();
}

/** Entries that are about the person, as they are and as they no longer count. */
function listMoves({ now }: MoveWorld): readonly Move[] {
  const entries: ((candidate: TriedSignUp) => string)[] = [
    ({ request }) => request.email,
    ({ request }) => domainOf(request.email),
    ({ request }) => `*.${domainOf(request.email).replace(/^[^.]+\.(?=.*\.)/, "")}`,
    ({ request }) => `issuer:${request.issuer ?? "entra"}`,
    () => "*",
    ...classNames.map((name) => () => name),
  ];
  const ways: readonly object[] = [
    {},
    { expiresAt: later(now, -MS_PER_DAY) },
    { expiresAt: later(now, MS_PER_DAY) },
    { issuer: "google.com" },
    { gates: "elsewhere" },
    { expiresAt: "soon" },
  ];
  return ways.flatMap((way) =>
    ["allow", "deny"].flatMap((effect) =>
      entries.map((entryOf) => withRows((each) => ({ accessList: [{ entry: entryOf(each), effect, ...way }] }))),
    ),
  );
}

function domainOf(email: string): string {
  return email.slice(email.lastIndexOf("@") + 1);
}

/** A value on its list, and what may be wrong with it. */
function valueMoves({ vocabulary, now }: MoveWorld): readonly Move[] {
  const value = "ABC123";
  const { texts, numbers } = vocabulary.near("permittedValue");
  const lists = [...new Set([...vocabulary.attributes, ...texts.filter((text) => /^[a-z][\w-]{1,40}$/i.test(text))])].slice(0, MOST);
  const counts = [...new Set([1, ...around(numbers)])].filter((count) => count > 0 && count <= 50).sort((a, b) => a - b);
  const asked = vocabulary.attributes.filter((name) => texts.includes(name));
  return asked.flatMap((attribute) =>
    inTurns(
      [attribute, ...lists.filter((list) => list !== attribute)].map((list) => {
        const typed =
          (text: string, row: object, more: (candidate: TriedSignUp) => RowsOf = () => ({})): Move =>
          (each) =>
            withRows(more, true)(withRows(() => ({ referenceData: [{ list, value, ...row }] }))(withAttribute(attribute, text)(each)));
        return [
          typed(value, {}),
          typed(value, { expiresAt: later(now, -MS_PER_DAY) }),
          ...counts.map((count) =>
            typed(value, {}, () => ({
              usedCodes: Array.from({ length: count }, (_, index) => ({ list, value, by: `lee${index}@contoso.com` })),
            })),
          ),
          typed(" AB C123 ", {}),
          typed(value.toLowerCase(), {}),
          typed(value, { expiresAt: later(now, MS_PER_DAY) }),
          typed(`${value}1`, {}),
          ...counts.map((count) => typed(value, {}, ({ request }) => ({ guesses: [{ list, who: request.email, count }] }))),
        ];
      }),
    ),
  );
}

function profileMoves({ vocabulary, now }: MoveWorld): readonly Move[] {
  const columns = Object.fromEntries(vocabulary.attributes.map((name) => [name, "ABC-123"]));
  const others = vocabulary.attributes.flatMap((name) =>
    valuesFor(name, vocabulary, now)
      .slice(0, 12)
      .map((value) => ({ [name]: value ?? "" })),
  );
  return [{}, { expiresAt: later(now, -MS_PER_DAY) }, "issuer", ...others].map((way) =>
    withRows(({ request }) => ({
      profiles: [
        {
          ...columns,
          person: way === "issuer" ? `issuer:${request.issuer ?? "entra"}/1184` : request.email,
          ...Object(way === "issuer" ? {} : way),
        },
      ],
    })),
  );
}

function approvalMoves({ vocabulary: { names } }: MoveWorld): readonly Move[] {
  const states = [...requestStates, ...(names.has("invited") ? (["invited", "invitation-ended"] as const) : [])];
  const moves = states.map(
    (earlier): Move =>
      (candidate) => ({ ...candidate, earlier }),
  );
  const code = withAttribute("extension_InvitationCode", "CASE-CODE-3479");
  return [
    ...moves,
    ...moves.slice(requestStates.length).map(
      (move): Move =>
        (candidate) =>
          code(move(candidate)),
    ),
  ];
}

/** Domains in each state in which a partner can be. */
function partnerMoves({ now }: MoveWorld): readonly Move[] {
  const states: readonly object[] = [
    { state: "proven" },
    { state: "stale", until: later(now, MS_PER_DAY) },
    { state: "stale", until: later(now, -MS_PER_DAY) },
    { state: "pending", until: later(now, MS_PER_DAY) },
  ];
  return states.map((state) =>
    withRows(({ request }) => ({ decisions: [{ reference: "partner", id: domainOf(request.email), ...state }] })),
  );
}

function applicationMoves({ texts, names }: Vocabulary): readonly Move[] {
  const ids = texts.filter((text) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)).slice(0, MOST);
  const addresses = names.has("ipAddress") ? texts.filter((text) => /^(\d{1,3}\.){3}\d{1,3}|^[0-9a-f]*:[0-9a-f:]+/i.test(text)) : [];
  return [
    ...ids.map((application) => withRequest({ tenant: "external-tenant", application })),
    ...ids.map((application) => withRequest({ tenant: "b2c", application })),
    ...addresses.map((address) => withRequest({ tenant: "external-tenant", ipAddress: address.replace(/\/.*/, "") })),
  ];
}

/** Both sides of each moment that a policy or a row names, and the hours of a week. */
function timeMoves({ vocabulary, now, policies }: MoveWorld): readonly Move[] {
  const ends = policies.flatMap(({ rows }) =>
    Object.values(rows).flatMap((byId) => [...byId.values()].map(({ expiresAt }) => String(expiresAt))),
  );
  const named = [...vocabulary.texts, ...ends].filter((text) => /^\d{4}-\d{2}-\d{2}/.test(text)).map((text) => Date.parse(text));
  const moments = named.slice(0, MOST).flatMap((moment) => [moment - 1_000, moment, moment + 1_000, moment + MS_PER_DAY]);
  const isAsked = ["now", "Date", "DateTimeFormat"].some((name) => vocabulary.names.has(name));
  const midnight = Date.parse(`${now.toISOString().slice(0, 10)}T00:00:00Z`);
  // A week's hours in an order that meets each day and each part of the day early.
  const week = Array.from({ length: isAsked ? 7 * 24 : 0 }, (_, index) => midnight + ((index * 61) % (7 * 24)) * MS_PER_HOUR);
  return [...moments, ...week].filter(Number.isFinite).map(
    (moment): Move =>
      (candidate) => ({ ...candidate, now: new Date(moment).toISOString() }),
  );
}
