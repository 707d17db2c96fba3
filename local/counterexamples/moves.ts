import { classNames } from "../../engine/access-list/entry";
import { ruleOf } from "../../engine/sign-up/policy";
import type { AttributeValue } from "../../engine/sign-up/sign-up";
import { usesOf } from "../../lib/policy-folder/policy-folder";
import type { RecordedAnswer } from "../cases/format";
import { requestStates } from "../cases/format";
import { addressesAround, addressesByPattern, addressesLike, commonAddresses, domainIn, isAddressLike, STRANGER } from "./addresses";
import { triedAnswers } from "./answers";
import type { JudgedPolicy, Pair, TriedSignUp } from "./judge";
import { valuesFor } from "./values";
import type { Vocabulary } from "./vocabulary";

/** One thing that may be otherwise about a sign-up. */
export type Move = (candidate: TriedSignUp) => TriedSignUp;

/** Moves about one thing, the likeliest to matter first. */
export interface MoveGroup {
  /** "address", "extension_Code": what the moves change. */
  readonly about: string;
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

const MS_PER_HOUR = 3_600_000;
const DAY_MS = 24 * MS_PER_HOUR;
/** Nobody is tried as the thousandth and more: such counts are slow to make. */
const MOST_COUNTED = 1_000;
/** The most domains, issuers and codes that are tried. */
const MOST = 20;

/** Everything that is tried, by what it is about. */
export function movesFor(world: MoveWorld): readonly MoveGroup[] {
  const { policies, vocabulary } = world;
  const steps = policies.flatMap(({ policy }) => policy);
  const uses = steps.flatMap(usesOf);
  const usesTable = (table: string) => uses.some((use) => "table" in use && use.table === table);
  const limits = [...new Set(steps.flatMap(({ policy }) => policy.rules.map(ruleOf)).flatMap(({ counts }) => counts ?? []))];
  const services = [...new Set(uses.flatMap((use) => ("service" in use ? [use.service] : [])))];
  const attributes = vocabulary.attributes.map((name) => ({
    about: name,
    moves: valuesFor(name, vocabulary, world.now).map((value) => withAttribute(name, value)),
  }));
  const said = (...words: readonly string[]) => words.some(vocabulary.isChanged);
  const listsDiffer = differingEntries(policies).length > 0;
  const groups: readonly MoveGroup[] = [
    {
      about: "address",
      moves: addressesFor(world).map(withEmail),
      isChanged: listsDiffer || vocabulary.texts.some((text) => domainIn(text) !== undefined && said(text)),
    },
    ...attributes.map((group) => ({ ...group, isChanged: said(group.about) })),
    ...services.map((service) => ({
      about: `answer of ${service}`,
      moves: triedAnswers(service, vocabulary).map((answer) => withAnswer(service, answer)),
      isChanged: said(service, "call", "http"),
    })),
    { about: "provider", moves: issuersFor(vocabulary).map(withIssuer), isChanged: said("trust", "issuer", "identities") },
    { about: "list", moves: usesTable("accessList") ? listMoves(world) : [], isChanged: said("accessList", "listed") },
    { about: "permitted values", moves: usesTable("referenceData") ? valueMoves(world) : [], isChanged: said("permittedValue") },
    { about: "profile", moves: usesTable("profiles") ? profileMoves(world) : [], isChanged: said("profiles") },
    {
      about: "approval",
      moves: usesTable("approvals") ? approvalMoves(vocabulary) : [],
      isChanged: said("requestApproval", "approvalStatus", "invited"),
    },
    { about: "partner", moves: vocabulary.names.has("partners") ? partnerMoves(world) : [], isChanged: said("partners") },
    { about: "count", moves: limits.flatMap((limit) => countMoves(limit, vocabulary)), isChanged: said("limit") },
    { about: "application", moves: applicationMoves(vocabulary), isChanged: said("application", "onlyApplications") },
    { about: "time", moves: timeMoves(world), isChanged: said("now", "Date") },
    { about: "languages", moves: vocabulary.names.has("locales") ? languages.map(withLocale) : [], isChanged: said("locales") },
    { about: "tenant", moves: tenantMoves, isChanged: false },
  ];
  return groups.filter(({ moves }) => moves.length > 0);
}

/** Entries of the folders' own lists that only one of them has so. */
function differingEntries(policies: MoveWorld["policies"]): readonly string[] {
  const lists = policies.map(
    ({ rows }) =>
      new Map([...(rows.accessList?.values() ?? [])].map((row) => [JSON.stringify({ ...row, note: undefined }), String(row.entry)])),
  );
  const [today, draft] = lists as unknown as Pair<ReadonlyMap<string, string>>;
  const onlyToday = [...today].filter(([key]) => !draft.has(key));
  const onlyDraft = [...draft].filter(([key]) => !today.has(key));
  return [...new Set([...onlyToday, ...onlyDraft].map(([, entry]) => entry))];
}

/** Of both policies and their lists; those of what differs come first. */
function addressesFor({ policies, vocabulary }: MoveWorld): readonly string[] {
  const entries = policies.flatMap(({ rows }) => [...(rows.accessList?.values() ?? [])].map(({ entry }) => String(entry)));
  const words = [...new Set([...differingEntries(policies), ...vocabulary.texts, ...entries])].slice(0, 400);
  const domains = [...new Set(words.flatMap((word) => domainIn(word) ?? []))].slice(0, MOST);
  const whole = words.filter(isAddressLike).slice(0, MOST);
  const groups = [
    ...whole.map(addressesLike),
    ...vocabulary.patterns.map(addressesByPattern),
    ...domains.map(addressesAround),
    commonAddresses,
    [STRANGER],
  ];
  return [...new Set(inTurns(groups))];
}

/** The first of each, then the second of each. @param atOnce how many of a group come in a turn */
export function inTurns<T>(groups: readonly (readonly T[])[], atOnce: (group: number) => number = () => 1): readonly T[] {
  const turns = Math.max(0, ...groups.map(({ length }, index) => Math.ceil(length / atOnce(index))));
  return Array.from({ length: turns }, (_, turn) =>
    groups.flatMap((group, index) => group.slice(turn * atOnce(index), (turn + 1) * atOnce(index))),
  ).flat();
}

function issuersFor({ texts, names }: Vocabulary): readonly string[] {
  const named = texts.filter((text) => /^[a-z0-9.-]+\.[a-z]{2,}$/i.test(text)).slice(0, MOST);
  const speaks = ["trust", "issuer", "identities", "issuersOf"].some((name) => names.has(name));
  const usual = ["google.com", "mail", "entra", "facebook.com", "apple.com"];
  const alike = speaks ? named.flatMap((each) => [each, `x${each}`, `${each}.evil.example`, each.toUpperCase()]) : [];
  return [...new Set([...usual, ...alike, "xgoogle.com", "google.com.evil.example", "evil.example"])];
}

const languages = ["en", "ko-KR", "de", "fr-CA"];

function withRequest(change: Partial<TriedSignUp["request"]>): Move {
  return (candidate) => ({ ...candidate, request: { ...candidate.request, ...change } });
}

function withEmail(email: string): Move {
  return withRequest({ email });
}

function withLocale(locales: string): Move {
  return withRequest({ locales });
}

function withIssuer(issuer: string): Move {
  return withRequest({ issuer });
}

/** @param value undefined: without it */
export function withAttribute(name: string, value: AttributeValue | undefined): Move {
  return ({ request, ...candidate }) => {
    const { [name]: _, ...others } = request.attributes ?? {};
    return { ...candidate, request: { ...request, attributes: { ...others, ...(value !== undefined && { [name]: value }) } } };
  };
}

function withAnswer(service: string, answer: RecordedAnswer): Move {
  return (candidate) => ({ ...candidate, answers: { ...candidate.answers, [service]: answer } });
}

type RowsOf = NonNullable<TriedSignUp["rows"]>;

/** Rows beside those there are. */
function withRows(rowsOf: (candidate: TriedSignUp) => RowsOf): Move {
  return (candidate) => {
    const added = rowsOf(candidate);
    const names = Object.keys(added) as (keyof RowsOf)[];
    const together = names.map((name) => [name, [...(candidate.rows?.[name] ?? []), ...(added[name] ?? [])].slice(-3)]);
    return { ...candidate, rows: { ...candidate.rows, ...Object.fromEntries(together) } };
  };
}

/** Entries that are about the person, as they are and as they no longer count. */
function listMoves({ now, vocabulary }: MoveWorld): readonly Move[] {
  const entries: ((candidate: TriedSignUp) => string)[] = [
    ({ request }) => request.email,
    ({ request }) => domainOf(request.email),
    ({ request }) => `*.${parentOf(request.email)}`,
    ({ request }) => `issuer:${request.issuer ?? "entra"}`,
    () => "*",
    ...classNames.map((name) => () => name),
  ];
  const past = new Date(now.getTime() - DAY_MS).toISOString();
  const future = new Date(now.getTime() + DAY_MS).toISOString();
  const ways: readonly object[] = [
    {},
    { expiresAt: past },
    { expiresAt: future },
    { issuer: "google.com" },
    { gates: "elsewhere" },
    { expiresAt: "soon" },
  ];
  const effects = [...new Set(["allow", "deny", ...vocabulary.texts.filter((text) => /^(allow|deny)$/i.test(text))])];
  const groups = ways.map((way) =>
    effects.flatMap((effect) => entries.map((entryOf) => withRows((each) => ({ accessList: [{ entry: entryOf(each), effect, ...way }] })))),
  );
  return groups.flat();
}

function domainOf(email: string): string {
  return email.slice(email.lastIndexOf("@") + 1);
}

function parentOf(email: string): string {
  const domain = domainOf(email);
  return domain.split(".").length > 2 ? domain.slice(domain.indexOf(".") + 1) : domain;
}

/** A value on its list, and what may be wrong with it. */
function valueMoves({ vocabulary, now }: MoveWorld): readonly Move[] {
  const values = ["P-1001", "ABC123"];
  const past = new Date(now.getTime() - DAY_MS).toISOString();
  const future = new Date(now.getTime() + DAY_MS).toISOString();
  const near = vocabulary.near("permittedValue");
  const lists = [...new Set([...vocabulary.attributes, ...near.texts.filter((text) => /^[a-z][\w-]{1,40}$/i.test(text))])].slice(0, MOST);
  const counts = [...new Set(near.numbers.flatMap((number) => [number - 1, number, number + 1]))]
    .filter((count) => count > 0 && count <= 50)
    .sort((a, b) => a - b);
  const asked = vocabulary.attributes.filter((name) => near.texts.includes(name));
  return asked.flatMap((attribute) =>
    inTurns(
      [attribute, ...lists.filter((list) => list !== attribute)].map((list) => {
        const listed = (value: string, way: object = {}) => withRows(() => ({ referenceData: [{ list, value, ...way }] }));
        const all =
          (...moves: readonly Move[]): Move =>
          (candidate) =>
            moves.reduce((each, move) => move(each), candidate);
        const [value = "", other = ""] = values;
        const typed = (text: string) => withAttribute(attribute, text);
        const used = (count: number) =>
          withRows(() => ({ usedCodes: Array.from({ length: count }, (_, index) => ({ list, value, by: `lee${index}@contoso.com` })) }));
        const many =
          (count: number): Move =>
          (each) => ({
            ...each,
            rows: {
              ...each.rows,
              usedCodes: Array.from({ length: count }, (_, index) => ({ list, value, by: `lee${index}@contoso.com` })),
            },
          });
        return [
          all(listed(value), typed(value)),
          all(listed(value, { expiresAt: past }), typed(value)),
          all(listed(value), typed(value), used(1)),
          ...counts.map((count) => all(listed(value), typed(value), many(count))),
          all(listed(value), typed(` ${value.slice(0, 2)} ${value.slice(2)} `)),
          all(listed(value), typed(value.toLowerCase())),
          all(listed(value, { expiresAt: future }), typed(value)),
          all(listed(other), typed(value)),
          all(listed(value), typed(`${value}1`)),
          ...counts.map((count) =>
            all(
              listed(value),
              typed(value),
              withRows(({ request }) => ({ guesses: [{ list, who: request.email, count }] })),
            ),
          ),
        ];
      }),
    ),
  );
}

function profileMoves({ vocabulary, now }: MoveWorld): readonly Move[] {
  const past = new Date(now.getTime() - DAY_MS).toISOString();
  const columns = Object.fromEntries(vocabulary.attributes.map((name) => [name, "ABC-123"]));
  const row = (more: object, who = (candidate: TriedSignUp) => candidate.request.email) =>
    withRows((candidate) => ({ profiles: [{ person: who(candidate), ...columns, ...more }] }));
  const others = vocabulary.attributes.flatMap((name) =>
    valuesFor(name, vocabulary, now)
      .slice(0, 12)
      .map((value) => row({ [name]: value ?? "" })),
  );
  return [row({}), row({ expiresAt: past }), row({}, ({ request }) => `issuer:${request.issuer ?? "entra"}/1184`), ...others];
}

function approvalMoves({ names }: Vocabulary): readonly Move[] {
  const states = [...requestStates, ...(names.has("invited") ? (["invited", "invitation-ended"] as const) : [])];
  const code = withAttribute("extension_InvitationCode", "CASE-CODE-3479");
  return states.flatMap((earlier): Move[] => {
    const move: Move = (candidate) => ({ ...candidate, earlier });
    return earlier.startsWith("invit") ? [move, (candidate) => code(move(candidate))] : [move];
  });
}

/** Domains in each state in which a partner can be. */
function partnerMoves({ now }: MoveWorld): readonly Move[] {
  const [before, after] = [-DAY_MS, DAY_MS].map((later) => new Date(now.getTime() + later).toISOString());
  const states: readonly object[] = [
    { state: "proven" },
    { state: "stale", until: after },
    { state: "stale", until: before },
    { state: "pending", until: after },
  ];
  return states.map((state) =>
    withRows(({ request }) => ({ decisions: [{ reference: "partner", id: domainOf(request.email), ...state }] })),
  );
}

/** As many as a limit lets in, one fewer and one more. */
function countMoves(limit: string, vocabulary: Vocabulary): readonly Move[] {
  const numbers = [...new Set(["limit", "surge"].flatMap((rule) => vocabulary.near(rule).numbers))];
  const counts = [...new Set(numbers.flatMap((number) => [number, number - 1, number + 1]))].filter(
    (count) => Number.isInteger(count) && count > 0 && count <= MOST_COUNTED,
  );
  return counts.slice(0, 40).map(
    (count): Move =>
      (candidate) => ({
        ...candidate,
        rows: {
          ...candidate.rows,
          admitted: [
            ...(candidate.rows?.admitted ?? []).filter((each) => each.limit !== limit),
            { limit, who: candidate.request.email, count },
          ],
        },
      }),
  );
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

function applicationMoves({ texts, names }: Vocabulary): readonly Move[] {
  const ids = texts.filter((text) => uuid.test(text)).slice(0, MOST);
  const addresses = names.has("ipAddress")
    ? texts.filter((text) => /^(\d{1,3}\.){3}\d{1,3}|^[0-9a-f]*:[0-9a-f:]+/i.test(text)).map((text) => text.split("/")[0] as string)
    : [];
  return [
    ...ids.map((application) => withRequest({ tenant: "external-tenant", application })),
    ...ids.map((application) => withRequest({ tenant: "b2c", application })),
    ...addresses.map((ipAddress) => withRequest({ tenant: "external-tenant", ipAddress })),
  ];
}

/** Hours and days of a week, and both sides of each moment that a policy or a row names. */
function timeMoves({ vocabulary, now, policies }: MoveWorld): readonly Move[] {
  const at =
    (moment: number): Move =>
    (candidate) => ({ ...candidate, now: new Date(moment).toISOString() });
  const rows = policies.flatMap(({ rows: each }) =>
    Object.values(each).flatMap((byId) =>
      [...byId.values()].flatMap(({ expiresAt }) => (expiresAt === undefined ? [] : [String(expiresAt)])),
    ),
  );
  const named = [...vocabulary.texts, ...rows]
    .filter((text) => /^\d{4}-\d{2}-\d{2}/.test(text))
    .map((text) => Date.parse(text))
    .filter(Number.isFinite);
  const around = named.slice(0, MOST).flatMap((moment) => [moment - 1_000, moment, moment + 1_000, moment + DAY_MS].map(at));
  if (!["now", "Date", "DateTimeFormat"].some((name) => vocabulary.names.has(name))) return around;
  const midnight = Date.parse(`${now.toISOString().slice(0, 10)}T00:00:00Z`);
  const days = [0, 1, 2, 3, 4, 5, 6].map((day) => midnight + day * DAY_MS);
  const hours = Array.from({ length: 24 }, (_, hour) => hour * MS_PER_HOUR);
  const weekly = hours.flatMap((hour) => days.map((day) => at(day + hour)));
  // A week's hours in an order that meets each day and each part of the day early.
  return [...around, ...weekly.map((_, index) => weekly[(index * 61) % weekly.length] as Move)];
}

const tenantMoves: readonly Move[] = [
  withRequest({ tenant: "b2c" }),
  withRequest({ tenant: "external-tenant" }),
  withRequest({ tenant: "external-tenant", address: "none", issuer: "google.com" }),
];
