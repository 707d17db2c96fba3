import { isDeepStrictEqual } from "node:util";
import { keepGiven } from "../../engine/json";
import { ENTRA_ISSUER, MAIL_ISSUER, UNKNOWN_ISSUER } from "../../engine/sign-up/issuers";
import type { DecisionRecord } from "../../engine/sign-up/record";
import { sameAnswer } from "../../engine/sign-up/recording";
import type { Row } from "../../engine/sign-up/rule";
import type { SignUp, Step, TenantKind } from "../../engine/sign-up/sign-up";
import type { TableName } from "../../engine/sign-up/verdict";
import { formatJsonLine } from "../../features/access-list/files/row";
import { requestStates } from "../../features/approvals/cases";
import type { PolicyStep } from "../../lib/policy-folder/policy-folder";
import { findFlaws } from "../../lib/schema-flaws";
import { isProvider, readPersonFile, type SavedPerson } from "../../simulator/client/person";
import type { RequestBody } from "../../simulator/client/visit";
import { type Attribute, writeAttribute } from "../../simulator/contract/attributes";
import { tableMembers } from "../case-features";
import { mergeReasons } from "../cases/compare";
import { expectationFor } from "../cases/expectation";
import { type Case, type CaseFile, type CaseRows, caseFile, type RecordedAnswer, type ShortRequest } from "../cases/format";
import type { CaseOutcome } from "../cases/outcome";
import { type AskedAt, askedRequest } from "../cases/request";
import { caseRows } from "../cases/rows";
import { CaseError, runCase } from "../cases/run-case";
import { runAskedCall } from "./ask";
import type { CaseJob, CaseText } from "./jobs";
import type { LiveTables } from "./live-tables";

/** Writes a call as a case with request, rows, answers and time. If the case's result is not the original answer, fails with `differs`. */
export async function caseText(
  policy: readonly PolicyStep[],
  job: Omit<CaseJob, "kind" | "folder" | "place">,
  live: LiveTables,
): Promise<CaseText> {
  try {
    const run = await runAskedCall(policy, job.question, live);
    const file = buildCaseFile(job, run, live);
    const [only] = file.cases as readonly [Case];
    const rows = caseRows(file.rows, ["rows"]);
    const flaw = findFlaws(caseFile, file)[0] ?? rows.flaws[0];
    if (flaw !== undefined) return { ok: false, why: "cannot", detail: `${flaw.path.join(".")} ${flaw.problem}` };
    const { step, gate, now } = job.question;
    const { listAttributes } = live;
    const world = { policy, rows: [rows.byId], answers: file.answers ?? {}, gate, step, now: new Date(now), listAttributes };
    const outcome = await runCase(only, world);
    if (!sameAnswer(job.answer, answerIn(outcome)))
      return { ok: false, why: "differs", detail: `${words(job.answer)} / ${words(answerIn(outcome))}` };
    const whole = { ...file, cases: [{ ...only, expect: expectationFor(outcome, {}) }] };
    return { ok: true, text: `${JSON.stringify(whole, undefined, 2)}\n` };
  } catch (error) {
    if (!(error instanceof CaseError)) throw error;
    return { ok: false, why: "cannot", detail: error.message };
  }
}

function buildCaseFile(
  { question, title, schema, collects }: Pick<CaseJob, "question" | "title" | "schema" | "collects">,
  { found, outcome }: { readonly found: ReadonlyMap<string, Row>; readonly outcome: CaseOutcome },
  { listAttributes }: Pick<LiveTables, "listAttributes">,
): CaseFile {
  const { step, gate, now, body, answers } = question;
  const answerFile = answersByService(answers, outcome);
  const rows: CaseRows = rowsForCase(found);
  const states = [...found].flatMap(([id, row]) => (parseTableName(id) === "approvals" ? [String(row.state)] : []));
  const earlier = requestStates.find((state) => states.includes(state));
  return {
    $schema: schema,
    step,
    now,
    rows,
    ...(Object.keys(answerFile).length > 0 && { answers: answerFile }),
    cases: [
      {
        name: title,
        gate,
        ...caseRequest(body, step, collects, { gate: undefined, listAttributes }),
        earlier,
      },
    ],
  };
}

function answersByService(
  answers: readonly RecordedAnswer[],
  { outside }: CaseOutcome,
): Readonly<Record<string, RecordedAnswer | RecordedAnswer[]>> {
  const byService = new Map<string, RecordedAnswer[]>();
  for (const [index, { service }] of outside.entries()) {
    const answer = answers[index];
    if (answer !== undefined) byService.set(service, [...(byService.get(service) ?? []), answer]);
  }
  return Object.fromEntries(
    [...byService].map(([service, given]) => {
      const [first] = given as [RecordedAnswer];
      return [service, given.every((each) => isDeepStrictEqual(each, first)) ? first : given];
    }),
  );
}

function answerIn({ verdict, rule, reasons }: CaseOutcome) {
  return { verdict, ...(rule !== undefined && { rule }), reasons };
}

function words({ verdict, rule, reasons }: ReturnType<typeof answerIn>): string {
  const reason = mergeReasons({ reasons });
  return [verdict, ...(reason === undefined ? [] : [String(reason)]), ...(rule === undefined ? [] : [`by ${rule}`])].join(" ");
}

const tenants: Readonly<Record<DecisionRecord["source"], TenantKind>> = {
  b2b: "workforce",
  b2c: "b2c",
  "external-tenant": "external-tenant",
};

/**
 * Returns the person in a record, without attributes and languages, because records do not contain them. Undefined if the record contains
 * no address, or a provider that the simulator cannot play.
 */
export function recordedPerson({ email, issuers = [], source, gate, application, ipAddress }: DecisionRecord): SavedPerson | undefined {
  const issuer = readRecordedProvider(issuers[0], source);
  if (email === undefined || !isProvider(issuer)) return undefined;
  return {
    tenant: tenants[source],
    gate,
    person: readPersonFile({
      issuer,
      email,
      ...keepGiven({ application, ipAddress }),
    }),
  };
}

/** A request that names no provider is played by one that no policy trusts. */
function readRecordedProvider(issuer: string | undefined, source: DecisionRecord["source"]): string {
  if (issuer === undefined || issuer === ENTRA_ISSUER) return source === "b2b" ? ENTRA_ISSUER : MAIL_ISSUER;
  return issuer === UNKNOWN_ISSUER ? "unknown.invalid" : issuer;
}

/** Returns a short request if the short request gives the rules the same sign-up as the whole body. Otherwise, returns the whole body. */
function caseRequest(body: RequestBody, step: Step, collects: readonly Attribute[], world: AskedAt): Pick<Case, "request" | "body"> {
  const whole = { body: body as Case["body"] & object };
  const { parsed } = askedRequest(whole, step, world);
  if (!parsed.ok) return whole;
  const short = shortRequests(parsed.received, collects).find((request) => {
    const again = askedRequest({ request }, step, world).parsed;
    return again.ok && isDeepStrictEqual(plain(again.received), plain(parsed.received));
  });
  return short === undefined ? whole : { request: short };
}

/** Removes Entra's correlation id, which says nothing about the person. */
function plain({ correlationId: _, ...signUp }: SignUp): unknown {
  return JSON.parse(JSON.stringify(signUp));
}

/** Adds a request with the account's id, because the id may not be the one that is computed from the address. */
function shortRequests(signUp: SignUp, collects: readonly Attribute[]): readonly ShortRequest[] {
  const { email, identities, attributes, locales, source, application, ipAddress } = signUp;
  const [identity] = identities.filter(({ signInType }) => signInType !== "emailAddress");
  const empty = collects.filter(({ name }) => !Object.hasOwn(attributes, name)).map(writeAttribute);
  const usual = source === "b2b" ? ENTRA_ISSUER : "mail";
  const issuer = identity?.issuer ?? usual;
  const request: ShortRequest = {
    email,
    ...(issuer !== usual && { issuer }),
    ...(Object.keys(attributes).length > 0 && { attributes }),
    ...(locales.length > 0 && { locales: locales.length === 1 ? (locales[0] as string) : locales }),
    ...(source !== "b2b" && { tenant: tenants[source] }),
    ...keepGiven({ application: application?.id, ipAddress }),
    ...(source === "external-tenant" && empty.length > 0 && { collects: empty }),
  };
  const accountId = identity?.issuerAssignedId;
  return [request, ...(accountId === undefined ? [] : [{ ...request, accountId }])];
}

/** Leaves out the usage table and requests for approval: their keys contain hashes that only the instance can compute. */
function rowsForCase(rowsById: ReadonlyMap<string, Row>): CaseRows {
  const of = (table: TableName) => [...rowsById].flatMap(([id, row]) => (parseTableName(id) === table ? [row] : []));
  const members = Object.keys(tableMembers) as readonly (TableName & keyof typeof tableMembers)[];
  return Object.fromEntries(
    members.map((table) => [table, of(table).map((row) => (table === "accessList" ? JSON.parse(formatJsonLine(row)) : row))]),
  );
}

function parseTableName(id: string): TableName {
  return (JSON.parse(id) as readonly [TableName])[0];
}
