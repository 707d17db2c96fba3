import * as fc from "fast-check";
import { ruleOf } from "../../engine/sign-up/policy";
import { MS_PER_DAY, MS_PER_HOUR } from "../../engine/sign-up/time";
import { classNames } from "../../features/access-list/entry";
import { usesOf } from "../../lib/policy-folder/policy-folder";
import { readSchema } from "../../lib/schema-flaws";
import { earlierWords } from "../case-features";
import { goodAnswer, triedAnswers } from "./answers";
import type { JudgedPolicy, Pair, TriedSignUp } from "./judge";
import { addressesAround, addressesByPattern, around, commonAddresses, likely, STRANGER, usualValue, valuesFor } from "./values";
import type { Vocabulary } from "./vocabulary";

/** One thing that may be otherwise about a sign-up: in place of what it has; undefined: without it. Rows are added. */
interface Change extends Partial<Omit<TriedSignUp, "request" | "rows">> {
  readonly request?: Omit<Partial<TriedSignUp["request"]>, "attributes"> & { readonly attributes?: Readonly<Record<string, unknown>> };
  readonly rows?: NewRows;
}

/** A row by its table; `{email}` and the like are the person's. `times`: so often, each of somebody else. */
type NewRows = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

export function changed(candidate: TriedSignUp, { request, rows = {}, answers, ...more }: Change): TriedSignUp {
  const next = {
    ...{ ...candidate, ...more },
    request: { ...candidate.request, ...request, attributes: { ...candidate.request.attributes, ...request?.attributes } },
    answers: { ...candidate.answers, ...answers },
    rows: {
      ...candidate.rows,
      ...Object.fromEntries(Object.entries(rows).map(([table, row]) => [table, rowsWith(candidate, table, row)])),
    },
  };
  const isEmpty = (value: unknown) => typeof value === "object" && value !== null && Object.keys(value).length === 0;
  const kinds = ["attributes", "answers", "rows"];
  return JSON.parse(JSON.stringify(next), (name, value) => (kinds.includes(name) && isEmpty(value) ? undefined : value));
}

/** What changes are made of. */
export interface ChangeWorld {
  readonly policies: Pair<JudgedPolicy>;
  readonly vocabulary: Vocabulary;
  readonly now: Date;
}

/** Nobody is tried as the thousandth and more: such counts are slow to make. */
const MOST_COUNTED = 1_000;
/** The most domains, issuers and lists that are tried. */
const MOST = 20;

/** A stranger with a full form and one with an empty one. Every system outside accepts both. */
export function basesFor({ policies, vocabulary }: ChangeWorld): readonly TriedSignUp[] {
  const services = servicesOf(policies);
  const answers = Object.fromEntries(services.map((each) => [each, goodAnswer(each, vocabulary)]));
  const empty: TriedSignUp = { request: { email: STRANGER }, ...(services.length > 0 && { answers }) };
  const attributes = Object.fromEntries(vocabulary.attributes.map((name) => [name, usualValue(name, vocabulary)]));
  return vocabulary.attributes.length === 0 ? [empty] : [changed(empty, { request: { attributes } }), empty];
}

/** Everything that is tried. */
export function triedChanges(world: ChangeWorld): fc.Arbitrary<Change> {
  const { policies, vocabulary, now } = world;
  const { attributes, has } = vocabulary;
  const services = servicesOf(policies);
  return fc.oneof(
    requests({ email: addressesFor(world) }),
    ...attributes.map((name) => requests({ attributes: fc.record({ [name]: valuesFor(name, vocabulary, now) }) })),
    ...services.map((name) => triedAnswers(name, vocabulary).map((each) => ({ answers: { [name]: each } }))),
    requests({ issuer: likely(issuersFor(vocabulary)) }),
    applicationChanges(vocabulary),
    ...rowChanges(world),
    ...(["requestApproval", "approvalStatus", "invited"].some(has) ? [earlierChanges] : []),
    fc.record({ now: momentsFor(world) }),
    requests({ locales: likely(["en", "ko-KR", "de", "fr-CA"]) }),
  );
}

function requests(members: { readonly [member: string]: fc.Arbitrary<unknown> }): fc.Arbitrary<Change> {
  return fc.record(members).map((request) => ({ request }));
}

/** The systems outside that policies may ask. */
function servicesOf(policies: ChangeWorld["policies"]): readonly string[] {
  const uses = policies.flatMap(({ policy }) => policy.flatMap(usesOf));
  return [...new Set(uses.flatMap((use) => ("service" in use ? [use.service] : [])))];
}

/** Entries of the folders' own lists that only one of them has so. */
function differingEntries(policies: ChangeWorld["policies"]): readonly string[] {
  const rows = policies.flatMap(({ rows: { accessList } }) => [...(accessList?.values() ?? [])]);
  const keys = rows.map((row) => JSON.stringify({ ...row, note: undefined }));
  return rows.filter((_, index) => keys.filter((key) => key === keys[index]).length === 1).map(({ entry }) => String(entry));
}

/** Of both policies and their lists; those of what differs come first. */
function addressesFor({ policies, vocabulary }: ChangeWorld): fc.Arbitrary<string> {
  const entries = policies.flatMap(({ rows }) => [...(rows.accessList?.values() ?? [])].map(({ entry }) => String(entry)));
  const named = [...new Set([...differingEntries(policies), ...vocabulary.texts, ...entries])]
    .map(addressesAround)
    .filter(({ length }) => length > 0);
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

/** Rows of tables, by the names that cases have for them: each column with what it may hold. `{email}` and the like are the person's. */
function rowChanges({ policies, vocabulary, now }: ChangeWorld): readonly fc.Arbitrary<Change>[] {
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
    .filter(([, words, each]) => words.some(vocabulary.has) && Object.values(each).every((values) => values.length > 0))
    .map(([table, , each]) => {
      const cells = Object.entries(each).map(([name, values]) => [name, likely(values)] as const);
      return fc.record(Object.fromEntries(cells)).map((row) => ({ rows: { [table]: row } }));
    });
}

/** With one more row; where rows count, in place of others. */
function rowsWith({ rows, request }: TriedSignUp, table: string, { times, ...cells }: NewRows[string]): readonly object[] {
  const had = { ...rows } as Readonly<Record<string, readonly object[]>>;
  const domain = request.email.slice(request.email.lastIndexOf("@") + 1);
  const { attributes, ...person } = { issuer: "entra", ...request, domain, parent: domain.replace(/^[^.]+\.(?=.*\.)/, "") };
  const known: Readonly<Record<string, unknown>> = { ...had.referenceData?.at(-1), ...attributes, ...person };
  const textOf = (name: string) => JSON.stringify(String(known[name] ?? "").replaceAll(" ", "")).slice(1, -1);
  const row = JSON.parse(JSON.stringify(cells).replace(/\{(\w+)\}/g, (_, name) => textOf(name)));
  if (times !== undefined) return Array.from({ length: Number(times) }, (_, index) => ({ ...row, by: `lee${index}@contoso.com` }));
  return [...(cells.count === undefined ? (had[table] ?? []).slice(-2) : []), row];
}

/** What happened before, as far as a rule can know of it. */
const earlierChanges: fc.Arbitrary<Change> = fc.record(
  {
    earlier: likely(earlierWords.flatMap((words) => readSchema(words).options as readonly NonNullable<TriedSignUp["earlier"]>[])),
    request: fc.constant({ attributes: { extension_InvitationCode: "CASE-CODE-3479" } }),
  },
  { requiredKeys: ["earlier"] },
);

function applicationChanges({ texts }: Vocabulary): fc.Arbitrary<Change> {
  const ids = texts.filter((text) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)).slice(0, MOST);
  const addresses = texts.filter((text) => /^(\d{1,3}\.){3}\d{1,3}|^[0-9a-f]*:[0-9a-f:]+/i.test(text));
  const tried: readonly Partial<TriedSignUp["request"]>[] = [
    ...ids.flatMap((application) => (["external-tenant", "b2c"] as const).map((tenant) => ({ tenant, application }))),
    ...addresses.map((address) => ({ tenant: "external-tenant" as const, ipAddress: address.replace(/\/.*/, "") })),
    ...[{ tenant: "b2c" as const }, { tenant: "external-tenant" as const }],
    { tenant: "external-tenant", address: "none", issuer: "google.com" },
  ];
  return fc.record({ request: likely(tried) });
}

/** Both sides of each moment that a policy or a row names, and the hours of a week. */
function momentsFor({ vocabulary: { texts }, now, policies }: ChangeWorld): fc.Arbitrary<string> {
  const rows = policies.flatMap(({ rows }) => Object.values(rows).flatMap((byId) => [...byId.values()]));
  const named = [...texts, ...rows.map(({ expiresAt }) => String(expiresAt))].filter((text) =>
    Number.isFinite(Date.parse(text.slice(0, 10))),
  );
  const moments = named.slice(0, MOST).flatMap((text) => [-1_000, 0, 1_000, MS_PER_DAY].map((later) => Date.parse(text) + later));
  const midnight = Date.parse(`${now.toISOString().slice(0, 10)}T00:00:00Z`);
  const week = fc.nat(7 * 24 - 1).map((hour) => midnight + hour * MS_PER_HOUR);
  const moment = moments.length === 0 ? week : fc.oneof(likely(moments), week);
  return moment.map((ms) => new Date(ms).toISOString());
}
