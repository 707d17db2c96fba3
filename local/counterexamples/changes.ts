import * as fc from "fast-check";
import { groupBy } from "../../engine/collections";
import { GUID } from "../../engine/directory-account";
import { unwrapRule } from "../../engine/sign-up/policy";
import { MS_PER_DAY, MS_PER_HOUR } from "../../engine/sign-up/time";
import { classNames } from "../../features/access-list/entry";
import { listStepUses } from "../../lib/policy-folder/policy-folder";
import { readSchema } from "../../lib/schema-flaws";
import { earlierWords } from "../case-features";
import { triedAnswers } from "./answers";
import type { JudgedPolicy, Pair, TriedSignUp } from "./judge";
import { addressesAround, around, commonAddresses, generateMatches, likely, STRANGER, usualValue, valuesFor } from "./values";
import type { Vocabulary } from "./vocabulary";

/** Replaces members of a sign-up. If a member is undefined here, the sign-up loses it. Attributes, answers and rows are merged. */
interface Change extends Partial<Omit<TriedSignUp, "request" | "rows">> {
  readonly request?: Omit<Partial<TriedSignUp["request"]>, "attributes"> & { readonly attributes?: Readonly<Record<string, unknown>> };
  readonly rows?: NewRows;
}

/**
 * One new row for each named table. A placeholder such as `{email}` stands for the person's value, and `times` repeats the row, each time
 * for another person.
 */
type NewRows = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

export function applyChange(candidate: TriedSignUp, { request, rows = {}, answers, ...more }: Change): TriedSignUp {
  const attributes = { ...candidate.request.attributes, ...request?.attributes };
  const addedRows = Object.entries(rows).map(([table, row]) => [table, rowsWith(candidate, table, row)]);
  const next = {
    ...{ ...candidate, ...more },
    request: { ...candidate.request, ...request, attributes },
    answers: { ...candidate.answers, ...answers },
    rows: { ...candidate.rows, ...Object.fromEntries(addedRows) },
  };
  return JSON.parse(JSON.stringify(next));
}

export interface ChangeWorld {
  readonly policies: Pair<JudgedPolicy>;
  readonly vocabulary: Vocabulary;
  readonly now: Date;
}

/** A higher count would be slow to test. */
const MOST_COUNTED = 1_000;
const MOST = 20;

/**
 * Returns sign-ups of a stranger, with a full form and with an empty form. Outside systems give the answers that the policies most likely
 * accept.
 */
export function basesFor({ policies, vocabulary }: ChangeWorld): readonly TriedSignUp[] {
  const services = listServiceNames(policies).map((name) => [name, triedAnswers(name, vocabulary).best]);
  const empty: TriedSignUp = { request: { email: STRANGER }, answers: Object.fromEntries(services) };
  const attributes = Object.fromEntries(vocabulary.attributes.map((name) => [name, usualValue(name, vocabulary)]));
  return [applyChange(empty, { request: { attributes } }), applyChange(empty, {})];
}

export function triedChanges(world: ChangeWorld): fc.Arbitrary<Change> {
  const { policies, vocabulary, now } = world;
  const { attributes, has } = vocabulary;
  return fc.oneof(
    requests({ email: addressesFor(world) }),
    ...attributes.map((name) => requests({ attributes: fc.record({ [name]: valuesFor(name, vocabulary, now) }) })),
    ...listServiceNames(policies).map((name) => triedAnswers(name, vocabulary).tried.map((each) => ({ answers: { [name]: each } }))),
    requests({ issuer: likely(issuersFor(vocabulary)) }),
    likely(callersFor(vocabulary)).map((request) => ({ request })),
    ...rowChanges(world),
    ...(["requestApproval", "approvalStatus", "invited"].some(has) ? [earlierChanges] : []),
    fc.record({ now: momentsFor(world) }),
    ...(has("locales") ? [requests({ locales: likely(["en", "ko-KR", "de", "fr-CA"]) })] : []),
  );
}

function requests(members: { readonly [member: string]: fc.Arbitrary<unknown> }): fc.Arbitrary<Change> {
  return fc.record(members).map((request) => ({ request }));
}

function listServiceNames(policies: ChangeWorld["policies"]): readonly string[] {
  const uses = policies.flatMap(({ policy }) => policy.flatMap(listStepUses));
  return [...new Set(uses.flatMap((use) => ("service" in use ? [use.service] : [])))];
}

/** Generates addresses around the policies' texts and list entries. An entry that only one policy has comes first. */
function addressesFor({ policies, vocabulary }: ChangeWorld): fc.Arbitrary<string> {
  const rows = policies.flatMap(({ rows: { accessList } }) => [...(accessList?.values() ?? [])]);
  const alike = [...groupBy(rows, (row) => JSON.stringify({ ...row, note: undefined })).values()];
  const entries = alike.sort((one, other) => one.length - other.length).map(([row]) => String(row?.entry));
  const textLists = [vocabulary.texts, [...entries, ...vocabulary.texts]].map((names) => names.map(addressesAround));
  const others = [commonAddresses, ...vocabulary.patterns.map((pattern) => generateMatches(pattern).flatMap(addressesAround))];
  const kinds = [...textLists, others].map((kind) => kind.filter(({ length }) => length > 0).slice(0, MOST));
  return fc.oneof(...kinds.filter(({ length }) => length > 0).map((kind) => likely(kind).chain(likely)));
}

function issuersFor({ texts }: Vocabulary): readonly string[] {
  const domains = texts.filter((text) => /^[a-z0-9.-]+\.[a-z]{2,}$/i.test(text)).slice(0, MOST);
  const alike = ["google.com", ...domains].flatMap((each) => [each, `x${each}`, `${each}.evil.example`, each.toUpperCase()]);
  return [...new Set(["google.com", "mail", "entra", "facebook.com", "apple.com", ...alike, "evil.example"])];
}

function rowChanges({ policies, vocabulary, now }: ChangeWorld): readonly fc.Arbitrary<Change>[] {
  const { attributes, numbers, texts } = vocabulary;
  const [over, ahead] = [-1, 1].map((days) => new Date(now.getTime() + days * MS_PER_DAY).toISOString());
  const expiresAt = [undefined, over, ahead, "soon"];
  const counts = [1, ...around(numbers)].filter((count) => count > 0 && count <= MOST_COUNTED).sort((one, other) => one - other);
  const lists = [...attributes, ...texts.filter((text) => /^[a-z][\w-]{1,40}$/i.test(text))].slice(0, MOST);
  const rules = policies.flatMap(({ policy }) => policy.flatMap((step) => step.policy.rules.map(unwrapRule)));
  const entry = ["{email}", "{domain}", "*.{parent}", "issuer:{issuer}", "*", ...classNames];
  const ownColumns = Object.fromEntries(attributes.map((name) => [name, [`{${name}}`, "ABC-123", ""]]));
  const columns: readonly (readonly [table: string, words: readonly string[], Readonly<Record<string, readonly unknown[]>>])[] = [
    [
      "accessList",
      ["accessList", "listed"],
      { entry, effect: ["allow", "deny", "approval"], issuer: [undefined, "google.com"], expiresAt },
    ],
    ["referenceData", ["permittedValue", "referenceData"], { list: lists, value: attributes.map((name) => `{${name}}`), expiresAt }],
    ["usedCodes", ["permittedValue"], { list: ["{list}"], value: ["{value}"], times: counts.filter((count) => count <= 50) }],
    ["guesses", ["permittedValue"], { list: ["{list}", ...lists], who: ["{email}"], count: counts }],
    ["profiles", ["profiles"], { person: ["{email}", "issuer:{issuer}/1184"], ...ownColumns, expiresAt }],
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

/** A new row with `times` or `count` replaces all earlier rows; otherwise, at most two earlier rows stay. */
function rowsWith({ rows, request }: TriedSignUp, table: string, { times, ...cells }: NewRows[string]): readonly object[] {
  const had = { ...rows } as Readonly<Record<string, readonly object[]>>;
  const domain = request.email.slice(request.email.lastIndexOf("@") + 1);
  const { attributes, ...person } = { issuer: "entra", ...request, domain, parent: domain.replace(/^[^.]+\.(?=.*\.)/, "") };
  const knownColumns: Readonly<Record<string, unknown>> = { ...had.referenceData?.at(-1), ...attributes, ...person };
  const formatPlaceholder = (name: string) => JSON.stringify(String(knownColumns[name] ?? "").replaceAll(" ", "")).slice(1, -1);
  const row = JSON.parse(JSON.stringify(cells).replace(/\{(\w+)\}/g, (_, name) => formatPlaceholder(name)));
  if (times !== undefined) return Array.from({ length: Number(times) }, (_, index) => ({ ...row, by: `lee${index}@contoso.com` }));
  return [...(cells.count === undefined ? (had[table] ?? []).slice(-2) : []), row];
}

const earlierChanges: fc.Arbitrary<Change> = fc.record(
  {
    earlier: likely(earlierWords.flatMap((words) => readSchema(words).options as readonly NonNullable<TriedSignUp["earlier"]>[])),
    request: fc.constant({ attributes: { extension_InvitationCode: "CASE-CODE-3479" } }),
  },
  { requiredKeys: ["earlier"] },
);

function callersFor({ texts }: Vocabulary): readonly Partial<TriedSignUp["request"]>[] {
  const ids = texts.filter((text) => GUID.test(text)).slice(0, MOST);
  const networks = texts.filter((text) => /^(\d{1,3}\.){3}\d{1,3}|^[0-9a-f]*:[0-9a-f:]+/i.test(text));
  const [external, b2c] = [{ tenant: "external-tenant" }, { tenant: "b2c" }] as const;
  return [
    ...ids.flatMap((application) => [external, b2c].map((tenant) => ({ ...tenant, application }))),
    ...networks.map((address) => ({ ...external, ipAddress: address.replace(/\/.*/, "") })),
    ...[b2c, external, { ...external, address: "none", issuer: "google.com" } as const],
  ];
}

function momentsFor({ vocabulary: { texts }, now, policies }: ChangeWorld): fc.Arbitrary<string> {
  const rows = policies.flatMap(({ rows }) => Object.values(rows).flatMap((byId) => [...byId.values()]));
  const momentTexts = [...texts, ...rows.map(({ expiresAt }) => String(expiresAt))].filter((text) =>
    Number.isFinite(Date.parse(text.slice(0, 10))),
  );
  const moments = momentTexts.slice(0, MOST).flatMap((text) => [-1_000, 0, 1_000, MS_PER_DAY].map((later) => Date.parse(text) + later));
  const midnight = Date.parse(now.toISOString().slice(0, 10));
  const week = fc.nat(7 * 24 - 1).map((hour) => midnight + hour * MS_PER_HOUR);
  const moment = moments.length === 0 ? week : fc.oneof(likely(moments), week);
  return moment.map((ms) => new Date(ms).toISOString());
}
