import { ruleOf } from "../../engine/sign-up/policy";
import type { AttributeValue } from "../../engine/sign-up/sign-up";
import { MS_PER_DAY, MS_PER_HOUR } from "../../engine/sign-up/time";
import { classNames } from "../../features/access-list/entry";
import { usesOf } from "../../lib/policy-folder/policy-folder";
import { readSchema } from "../../lib/schema-flaws";
import { caseWords } from "../case-features";
import { triedAnswers } from "./answers";
import { type JudgedPolicy, type Pair, servicesOf, type TriedSignUp } from "./judge";
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

/** Everything that is tried, by the words of a policy that it is about. */
export function movesFor(world: MoveWorld): readonly MoveGroup[] {
  const { policies, vocabulary, now } = world;
  const { names, texts, numbers, isChanged } = vocabulary;
  const steps = policies.flatMap(({ policy }) => policy);
  const tables = new Set(steps.flatMap(usesOf).flatMap((use) => ("table" in use ? [use.table as string] : [])));
  const limits = new Set(steps.flatMap(({ policy }) => policy.rules.map(ruleOf)).flatMap(({ counts }) => counts ?? []));
  const counts = around(numbers).filter((count) => count > 0 && count <= MOST_COUNTED);
  const differing = differingEntries(policies);
  const ifTold = (word: string, moves: () => readonly Move[]) => (names.has(word) || tables.has(word) ? moves() : []);
  const groups: readonly (readonly [words: readonly string[], moves: readonly Move[]])[] = [
    [texts.filter((text) => domainIn(text) !== undefined), addressesFor(world, differing).map((email) => withRequest({ email }))],
    ...vocabulary.attributes.map((name) => [[name], valuesFor(name, vocabulary, now).map((value) => withAttribute(name, value))] as const),
    ...servicesOf(steps).map((service) => [[service, "call", "http"], answerMoves(service, vocabulary)] as const),
    [["trust", "issuer", "identities"], issuersFor(vocabulary).map((issuer) => withRequest({ issuer }))],
    [["accessList", "listed"], ifTold("accessList", () => listMoves(now))],
    [["permittedValue"], ifTold("referenceData", () => valueMoves(world))],
    [["profiles"], ifTold("profiles", () => profileMoves(world))],
    [["requestApproval", "approvalStatus", "invited"], ifTold("approvals", () => earlierMoves(names))],
    [["partners"], ifTold("partners", () => partnerMoves(now))],
    [
      ["limit"],
      [...limits].flatMap((limit) => counts.map((count) => withRows(({ email }) => ({ admitted: [{ limit, who: email, count }] }), true))),
    ],
    [["application", "onlyApplications"], applicationMoves(vocabulary)],
    [["now", "Date"], timeMoves(world)],
    [["locales"], ifTold("locales", () => ["en", "ko-KR", "de", "fr-CA"].map((locales) => withRequest({ locales })))],
    [[], tenants.map(withRequest)],
  ];
  return groups
    .filter(([, moves]) => moves.length > 0)
    .map(([words, moves], index) => ({ moves, isChanged: isChanged(...words) || (index === 0 && differing.length > 0) }));
}

const tenants: readonly Partial<TriedSignUp["request"]>[] = [
  { tenant: "b2c" },
  { tenant: "external-tenant" },
  { tenant: "external-tenant", address: "none", issuer: "google.com" },
];

function answerMoves(service: string, vocabulary: Vocabulary): readonly Move[] {
  return triedAnswers(service, vocabulary).map((answer) => (each) => ({ ...each, answers: { ...each.answers, [service]: answer } }));
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

export function withRequest(change: Partial<TriedSignUp["request"]>): Move {
  return (candidate) => ({ ...candidate, request: { ...candidate.request, ...change } });
}

/** @param value undefined: without it */
export function withAttribute(name: string, value: AttributeValue | undefined): Move {
  return ({ request, ...candidate }) => {
    const { [name]: _, ...others } = request.attributes ?? {};
    return { ...candidate, request: { ...request, attributes: { ...others, ...(value !== undefined && { [name]: value }) } } };
  };
}

/** By the names that cases have for them: no policy asks for rows of a feature that is not there. */
type RowsOf = Readonly<Record<string, readonly object[]>>;

/** @param isAlone in place of the tables' other rows */
function withRows(rowsOf: (person: TriedSignUp["request"]) => RowsOf, isAlone = false): Move {
  return (candidate) => {
    const had: RowsOf = { ...candidate.rows };
    const all = Object.entries(rowsOf(candidate.request)).map(([name, rows]) => [
      name,
      isAlone ? rows : [...(had[name] ?? []), ...rows].slice(-3),
    ]);
    return { ...candidate, rows: { ...candidate.rows, ...Object.fromEntries(all) } };
  };
}

/** @returns moves that make each of these, one after the other */
export const inOrder =
  (...moves: readonly Move[]): Move =>
  (candidate) =>
    moves.reduce((each, move) => move(each), candidate);

const inDays = (now: Date, days: number) => new Date(now.getTime() + days * MS_PER_DAY).toISOString();
const domainOf = (email: string) => email.slice(email.lastIndexOf("@") + 1);

/** Entries that are about the person, as they are and as they no longer count. */
function listMoves(now: Date): readonly Move[] {
  const entries: readonly ((person: TriedSignUp["request"]) => string)[] = [
    ({ email }) => email,
    ({ email }) => domainOf(email),
    ({ email }) => `*.${domainOf(email).replace(/^[^.]+\.(?=.*\.)/, "")}`,
    ({ issuer = "entra" }) => `issuer:${issuer}`,
    () => "*",
    ...classNames.map((name) => () => name),
  ];
  const ends = [{ expiresAt: inDays(now, -1) }, { expiresAt: inDays(now, 1) }];
  return [{}, ...ends, { issuer: "google.com" }, { gates: "elsewhere" }, { expiresAt: "soon" }].flatMap((way) =>
    ["allow", "deny"].flatMap((effect) =>
      entries.map((entryOf) => withRows((person) => ({ accessList: [{ entry: entryOf(person), effect, ...way }] }))),
    ),
  );
}

/** A value on its list, and what may be wrong with it. */
function valueMoves({ vocabulary, now }: MoveWorld): readonly Move[] {
  const value = "ABC123";
  const { texts, numbers } = vocabulary;
  const lists = [...new Set([...vocabulary.attributes, ...texts.filter((text) => /^[a-z][\w-]{1,40}$/i.test(text))])].slice(0, MOST);
  const counts = [...new Set([1, ...around(numbers)])].filter((count) => count > 0 && count <= 50).sort((a, b) => a - b);
  const typed = (attribute: string, list: string, text: string, row: object = {}) =>
    inOrder(
      withAttribute(attribute, text),
      withRows(() => ({ referenceData: [{ list, value, ...row }] })),
    );
  const usedBy = (list: string, count: number) =>
    withRows(() => ({ usedCodes: Array.from({ length: count }, (_, index) => ({ list, value, by: `lee${index}@contoso.com` })) }), true);
  const asked = vocabulary.attributes.filter((name) => texts.includes(name));
  return asked.flatMap((name) =>
    inTurns(
      [name, ...lists.filter((list) => list !== name)].map((list) => [
        typed(name, list, value),
        typed(name, list, value, { expiresAt: inDays(now, -1) }),
        ...counts.map((count) => inOrder(typed(name, list, value), usedBy(list, count))),
        ...[" AB C123 ", value.toLowerCase()].map((text) => typed(name, list, text)),
        typed(name, list, value, { expiresAt: inDays(now, 1) }),
        typed(name, list, `${value}1`),
        ...counts.map((count) =>
          inOrder(
            typed(name, list, value),
            withRows(({ email }) => ({ guesses: [{ list, who: email, count }] }), true),
          ),
        ),
      ]),
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
  return [
    ...[{}, { expiresAt: inDays(now, -1) }, ...others].map((way) =>
      withRows(({ email }) => ({ profiles: [{ ...columns, person: email, ...way }] })),
    ),
    withRows(({ issuer = "entra" }) => ({ profiles: [{ ...columns, person: `issuer:${issuer}/1184` }] })),
  ];
}

/** What happened before, as far as a rule can know of it. */
function earlierMoves(names: ReadonlySet<string>): readonly Move[] {
  type Earlier = NonNullable<TriedSignUp["earlier"]>;
  const had =
    (earlier: Earlier): Move =>
    (candidate) => ({ ...candidate, earlier });
  const known = caseWords.filter(({ earlierOf }) => earlierOf === undefined || names.has(earlierOf));
  const wordsOf = ({ earlier }: (typeof known)[number]) =>
    earlier === undefined ? [] : (readSchema(earlier).options as readonly Earlier[]);
  const code = withAttribute("extension_InvitationCode", "CASE-CODE-3479");
  const coded = known.filter(({ earlierOf }) => earlierOf !== undefined).flatMap(wordsOf);
  return [...known.flatMap(wordsOf).map(had), ...coded.map((earlier) => inOrder(had(earlier), code))];
}

/** Domains in each state in which a partner can be. */
function partnerMoves(now: Date): readonly Move[] {
  const [over, ahead] = [inDays(now, -1), inDays(now, 1)];
  const states = [
    { state: "proven" },
    { state: "stale", until: ahead },
    { state: "stale", until: over },
    { state: "pending", until: ahead },
  ];
  return states.map((state) => withRows(({ email }) => ({ decisions: [{ reference: "partner", id: domainOf(email), ...state }] })));
}

function applicationMoves({ texts, names }: Vocabulary): readonly Move[] {
  const ids = texts.filter((text) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)).slice(0, MOST);
  const addresses = names.has("ipAddress") ? texts.filter((text) => /^(\d{1,3}\.){3}\d{1,3}|^[0-9a-f]*:[0-9a-f:]+/i.test(text)) : [];
  return [
    ...(["external-tenant", "b2c"] as const).flatMap((tenant) => ids.map((application) => withRequest({ tenant, application }))),
    ...addresses.map((address) => withRequest({ tenant: "external-tenant", ipAddress: address.replace(/\/.*/, "") })),
  ];
}

/** Both sides of each moment that a policy or a row names, and the hours of a week. */
function timeMoves({ vocabulary: { texts, names }, now, policies }: MoveWorld): readonly Move[] {
  const rows = policies.flatMap(({ rows }) => Object.values(rows).flatMap((byId) => [...byId.values()]));
  const named = [...texts, ...rows.map(({ expiresAt }) => String(expiresAt))].filter((text) => /^\d{4}-\d{2}-\d{2}/.test(text));
  const moments = named.slice(0, MOST).flatMap((text) => [-1_000, 0, 1_000, MS_PER_DAY].map((later) => Date.parse(text) + later));
  const isAsked = ["now", "Date", "DateTimeFormat"].some((name) => names.has(name));
  const midnight = Date.parse(`${now.toISOString().slice(0, 10)}T00:00:00Z`);
  // A week's hours in an order that meets each day and each part of the day early.
  const week = Array.from({ length: isAsked ? 7 * 24 : 0 }, (_, index) => midnight + ((index * 61) % (7 * 24)) * MS_PER_HOUR);
  const at =
    (moment: number): Move =>
    (candidate) => ({ ...candidate, now: new Date(moment).toISOString() });
  return [...moments, ...week].filter(Number.isFinite).map(at);
}
