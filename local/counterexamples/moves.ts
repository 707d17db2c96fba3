import * as fc from "fast-check";
import { ruleOf } from "../../engine/sign-up/policy";
import type { AttributeValue } from "../../engine/sign-up/sign-up";
import { MS_PER_DAY, MS_PER_HOUR } from "../../engine/sign-up/time";
import { classNames } from "../../features/access-list/entry";
import { readSchema } from "../../lib/schema-flaws";
import { earlierWords } from "../case-features";
import { goodAnswer, triedAnswers } from "./answers";
import { type JudgedPolicy, type Pair, servicesOf, type TriedSignUp } from "./judge";
import { addressesAround, addressesByPattern, around, commonAddresses, domainIn, likely, STRANGER, usualValue, valuesFor } from "./values";
import type { Vocabulary } from "./vocabulary";

/** One thing that may be otherwise about a sign-up. */
export type Move = (candidate: TriedSignUp) => TriedSignUp;

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
/** How often a move about what differs is made for one about anything else. */
const CHANGED = 6;

/** A stranger with a full form and one with an empty one. Every system outside accepts both. */
export function basesFor({ policies, vocabulary }: MoveWorld): readonly TriedSignUp[] {
  const services = servicesOf(policies.flatMap(({ policy }) => policy));
  const answers = Object.fromEntries(services.map((each) => [each, goodAnswer(each, vocabulary)]));
  const empty: TriedSignUp = { request: { email: STRANGER }, ...(services.length > 0 && { answers }) };
  const full = vocabulary.attributes.reduce((each, name) => withAttribute(name, usualValue(name, vocabulary))(each), empty);
  return vocabulary.attributes.length === 0 ? [empty] : [full, empty];
}

/** Everything that is tried, by the words of a policy that it is about. */
export function movesFor(world: MoveWorld): fc.Arbitrary<Move> {
  const { policies, vocabulary, now } = world;
  const { texts, attributes, isChanged, has } = vocabulary;
  const differing = differingEntries(policies);
  const services = servicesOf(policies.flatMap(({ policy }) => policy));
  const groups: readonly MoveGroup[] = [
    ...attributes.map((name) => [[name], valuesFor(name, vocabulary, now).map((value) => withAttribute(name, value))] as const),
    ...services.map((service) => [[service, "call", "http"], answerMoves(service, vocabulary)] as const),
    [["trust", "issuer", "identities"], likely(issuersFor(vocabulary)).map((issuer) => withRequest({ issuer }))],
    [["application", "onlyApplications", "tenant"], applicationMoves(vocabulary)],
    ...[...rowMoves(world), [["requestApproval", "approvalStatus", "invited"], earlierMoves] as const].filter(([words]) => words.some(has)),
    [["now", "Date", "DateTimeFormat"], timeMoves(world)],
    [["locales"], likely(["en", "ko-KR", "de", "fr-CA"]).map((locales) => withRequest({ locales }))],
  ];
  const isOtherPerson = differing.length > 0 || isChanged(...texts.filter((text) => domainIn(text) !== undefined));
  const weightIf = (isOther: boolean) => (isOther ? CHANGED : 1);
  return fc.oneof(
    { weight: weightIf(isOtherPerson), arbitrary: addressesFor(world, differing).map((email) => withRequest({ email })) },
    ...groups.map(([words, arbitrary]) => ({ weight: weightIf(isChanged(...words)), arbitrary })),
  );
}

type MoveGroup = readonly [words: readonly string[], moves: fc.Arbitrary<Move>];

function answerMoves(service: string, vocabulary: Vocabulary): fc.Arbitrary<Move> {
  return triedAnswers(service, vocabulary).map((answer) => (each) => ({ ...each, answers: { ...each.answers, [service]: answer } }));
}

/** Entries of the folders' own lists that only one of them has so. */
function differingEntries(policies: MoveWorld["policies"]): readonly string[] {
  const rows = policies.flatMap(({ rows: { accessList } }) => [...(accessList?.values() ?? [])]);
  const keys = rows.map((row) => JSON.stringify({ ...row, note: undefined }));
  return rows.filter((_, index) => keys.filter((key) => key === keys[index]).length === 1).map(({ entry }) => String(entry));
}

/** Of both policies and their lists; those of what differs come first. */
function addressesFor({ policies, vocabulary }: MoveWorld, differing: readonly string[]): fc.Arbitrary<string> {
  const entries = policies.flatMap(({ rows }) => [...(rows.accessList?.values() ?? [])].map(({ entry }) => String(entry)));
  const named = [...new Set([...differing, ...vocabulary.texts, ...entries])].map(addressesAround).filter(({ length }) => length > 0);
  const others = [commonAddresses, ...vocabulary.patterns.map(addressesByPattern).filter(({ length }) => length > 0)];
  return fc.oneof(
    ...[named.slice(0, 2 * MOST), named.slice(0, MOST), others]
      .filter(({ length }) => length > 0)
      .map((kind) => likely(kind).chain(likely)),
  );
}

function issuersFor({ texts }: Vocabulary): readonly string[] {
  const named = texts.filter((text) => /^[a-z0-9.-]+\.[a-z]{2,}$/i.test(text)).slice(0, MOST);
  const alike = ["google.com", ...named].flatMap((each) => [each, `x${each}`, `${each}.evil.example`, each.toUpperCase()]);
  return [...new Set(["google.com", "mail", "entra", "facebook.com", "apple.com", ...alike, "evil.example"])];
}

export function withRequest(change: Partial<TriedSignUp["request"]>): Move {
  return (candidate) => ({ ...candidate, request: { ...candidate.request, ...change } });
}

/** @param value undefined: without it */
function withAttribute(name: string, value: AttributeValue | undefined): Move {
  return ({ request, ...candidate }) => {
    const { [name]: _, ...others } = request.attributes ?? {};
    return { ...candidate, request: { ...request, attributes: { ...others, ...(value !== undefined && { [name]: value }) } } };
  };
}

type Rows = Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;

/** Rows of tables, by the names that cases have for them: each column with what it may hold. `{email}` and the like are the person's. */
function rowMoves({ policies, vocabulary, now }: MoveWorld): readonly MoveGroup[] {
  const { attributes, numbers, texts } = vocabulary;
  const [over, ahead] = [-1, 1].map((days) => new Date(now.getTime() + days * MS_PER_DAY).toISOString());
  const expiresAt = [undefined, over, ahead, "soon"];
  const counts = [1, ...around(numbers)].filter((count) => count > 0 && count <= MOST_COUNTED).sort((one, other) => one - other);
  const lists = [...attributes, ...texts.filter((text) => /^[a-z][\w-]{1,40}$/i.test(text))].slice(0, MOST);
  const rules = policies.flatMap(({ policy }) => policy.flatMap((step) => step.policy.rules.map(ruleOf)));
  const entry = ["{email}", "{domain}", "*.{parent}", "issuer:{issuer}", "*", ...classNames];
  const own = Object.fromEntries(attributes.map((name) => [name, [`{${name}}`, "ABC-123", ""]]));
  const columns: readonly (readonly [table: string, words: readonly string[], Readonly<Record<string, readonly unknown[]>>])[] = [
    ["accessList", ["accessList", "listed"], { entry, effect: ["allow", "deny"], issuer: [undefined, "google.com"], expiresAt }],
    ["referenceData", ["permittedValue", "referenceData"], { list: lists, value: attributes.map((name) => `{${name}}`), expiresAt }],
    ["usedCodes", ["permittedValue"], { list: ["{list}"], value: ["{value}"], times: counts.filter((count) => count <= 50) }],
    ["guesses", ["permittedValue"], { list: ["{list}", ...lists], who: ["{email}"], count: counts }],
    ["profiles", ["profiles"], { person: ["{email}", "issuer:{issuer}/1184"], ...own, expiresAt }],
    ["decisions", ["partners"], { reference: ["partner"], id: ["{domain}"], state: ["proven", "stale", "pending"], until: [ahead, over] }],
    ["admitted", ["limit"], { limit: rules.flatMap((rule) => rule.counts ?? []), who: ["{email}"], count: counts }],
  ];
  return columns
    .filter(([, , each]) => Object.values(each).every((values) => values.length > 0))
    .map(([table, words, each]) => {
      const cells = Object.entries(each).map(([name, values]) => [name, likely(values)] as const);
      return [words, fc.record(Object.fromEntries(cells)).map((row) => withRow(table, row))];
    });
}

/** One more row, or in place of others where it counts. @param times how often, each of somebody else */
function withRow(table: string, { times, ...cells }: Readonly<Record<string, unknown>>): Move {
  return (candidate) => {
    const { rows = {}, request } = candidate as Omit<TriedSignUp, "rows"> & { readonly rows?: Rows };
    const domain = request.email.slice(request.email.lastIndexOf("@") + 1);
    const { attributes, ...person } = { issuer: "entra", ...request, domain, parent: domain.replace(/^[^.]+\.(?=.*\.)/, "") };
    const known: Readonly<Record<string, unknown>> = { ...rows.referenceData?.at(-1), ...attributes, ...person };
    const row = JSON.stringify(cells).replace(/\{(\w+)\}/g, (_, name) =>
      JSON.stringify(String(known[name] ?? "").replaceAll(" ", "")).slice(1, -1),
    );
    const had = times === undefined && cells.count === undefined ? (rows[table] ?? []) : [];
    const more = Array.from({ length: Number(times ?? 1) }, (_, index) => ({
      ...JSON.parse(row),
      ...(times !== undefined && { by: `lee${index}@contoso.com` }),
    }));
    return { ...candidate, rows: { ...candidate.rows, [table]: [...had.slice(-2), ...more] } };
  };
}

/** What happened before, as far as a rule can know of it. */
const earlierMoves: fc.Arbitrary<Move> = likely(
  earlierWords.flatMap((words) => readSchema(words).options as readonly NonNullable<TriedSignUp["earlier"]>[]),
).chain((earlier) =>
  fc.boolean().map((isCoded) => (candidate) => ({
    ...(isCoded ? withAttribute("extension_InvitationCode", "CASE-CODE-3479")(candidate) : candidate),
    earlier,
  })),
);

function applicationMoves({ texts }: Vocabulary): fc.Arbitrary<Move> {
  const ids = texts.filter((text) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)).slice(0, MOST);
  const addresses = texts.filter((text) => /^(\d{1,3}\.){3}\d{1,3}|^[0-9a-f]*:[0-9a-f:]+/i.test(text));
  const requests: readonly Partial<TriedSignUp["request"]>[] = [
    ...ids.flatMap((application) => (["external-tenant", "b2c"] as const).map((tenant) => ({ tenant, application }))),
    ...addresses.map((address) => ({ tenant: "external-tenant" as const, ipAddress: address.replace(/\/.*/, "") })),
    ...[{ tenant: "b2c" as const }, { tenant: "external-tenant" as const }],
    { tenant: "external-tenant", address: "none", issuer: "google.com" },
  ];
  return likely(requests).map(withRequest);
}

/** Both sides of each moment that a policy or a row names, and the hours of a week. */
function timeMoves({ vocabulary: { texts }, now, policies }: MoveWorld): fc.Arbitrary<Move> {
  const rows = policies.flatMap(({ rows }) => Object.values(rows).flatMap((byId) => [...byId.values()]));
  const named = [...texts, ...rows.map(({ expiresAt }) => String(expiresAt))].filter((text) =>
    Number.isFinite(Date.parse(text.slice(0, 10))),
  );
  const moments = named.slice(0, MOST).flatMap((text) => [-1_000, 0, 1_000, MS_PER_DAY].map((later) => Date.parse(text) + later));
  const midnight = Date.parse(`${now.toISOString().slice(0, 10)}T00:00:00Z`);
  const week = fc.nat(7 * 24 - 1).map((hour) => midnight + hour * MS_PER_HOUR);
  const moment = moments.length === 0 ? week : fc.oneof(likely(moments), week);
  return moment.map((ms) => (candidate) => ({ ...candidate, now: new Date(ms).toISOString() }));
}
