import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import fc from "fast-check";
import { awsLog } from "../../../adapters/aws/world";
import { makeWorld } from "../../../adapters/operator/world";
import { toItem } from "../../../adapters/tables/item";
import { putItem } from "../../../adapters/tables/table";
import { tables } from "../../../adapters/tables/tables";
import type { Actor } from "../../../engine/audited-change";
import { omit } from "../../../engine/collections";
import type { SignUp } from "../../../engine/sign-up/sign-up";
import { approvalApiHandler } from "../../../features/approval-api/worker";
import { decisionActs } from "../../../features/approvals/acts";
import { type ConcernCode, concernSources, doors, type RequestState } from "../../../features/approvals/acts/decision";
import { concernWords } from "../../../features/approvals/concern-words";
import { withMailSecrets } from "../../../features/approvals/mail-secret";
import { decideTexts } from "../../../features/approvals/pages/mail-decision-texts";
import { type ApprovalRequest, type HistoryEntry, requestId } from "../../../features/approvals/request";
import { submit } from "../../../features/approvals/transitions";
import { knownDomains } from "../../../features/look-alikes/store";
import { mailDecisionsHandler } from "../../../handlers/mail-decisions";
import { gatehouse, startInstance, type TestInstance } from "../../cli/support";
import { proven, startConsole, type TestConsole } from "../../console/support";
import { hashOf } from "../../engine/sign-up/people";
import { captureOutput, lambdaContext } from "../../lambda/invoke";
import { proxyEvent } from "../../support/events";
import { runs } from "../../support/runs";
import { alice, HOUR } from "./requests";

const DOMAIN = "c0ntoso.com";
const EMAIL = `kim@${DOMAIN}`;
const MINA = "mina@contoso.com";
const ARN = "arn:aws:sts::111111111111:assumed-role/ServiceNow/robot";
const OTHER = "other".padEnd(22, "x");
const SECRET = "s".repeat(43);

let pages: TestConsole;
let instance: TestInstance;
let output: ReturnType<typeof captureOutput>;
beforeAll(async () => {
  pages = await startConsole();
  instance = await startInstance();
  const file = join(instance.data, "instance.json");
  writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, "utf8")), askedLists: pages.world.place.askedLists() }));
  for (const [client, list] of [
    [pages.database.client, pages.database.tableName],
    [instance.dynamodb.client, instance.dynamodb.tableName],
  ] as const)
    await putItem({ client, name: list, key: tables.accessList.key }, toItem({ entry: "contoso.com", effect: "allow" }));
  await proven(pages, DOMAIN);
  output = captureOutput();
});
afterAll(async () => {
  output.release();
  await Promise.all([pages.close(), instance.close()]);
});

/** What is so of a request and its person. */
const facts = fc.record({
  onApproval: fc.constantFrom("provision", "continue"),
  identity: fc.constantFrom("whole", "without an id", "of another provider"),
  isProven: fc.boolean(),
  isDenied: fc.boolean(),
  isAlike: fc.boolean(),
  before: fc.subarray(["failed", "provisioned", "denied", "another name", "another title"]),
  other: fc.constantFrom("none", "with an account", "of another name"),
  /** Whether something refuses the approval, whoever asks. */
  refusal: fc.constantFrom("none", "none", "none", "none", "decided", "expired", "asked again"),
});
type Facts = typeof facts extends fc.Arbitrary<infer T> ? T : never;

const at = (ms: number) => new Date(Date.now() - ms);

function makeRequest({ onApproval, identity, isProven, before, refusal }: Facts, id: number): ApprovalRequest {
  const identities = {
    whole: [{ issuer: "google.com", issuerAssignedId: "1184" }],
    "without an id": [{ issuer: "google.com" }],
    "of another provider": [{ issuer: "login.example", issuerAssignedId: "1184" }],
  }[identity];
  const signUp: SignUp = {
    ...{ step: "before-create-user", email: EMAIL, source: "b2b", locales: ["en"] },
    ...{ identities, attributes: { displayName: "Kim", jobTitle: "Buyer" } },
  };
  const asking = { hashOf, emailProven: isProven, onApproval, answerWithinDays: 14, askAgainAfterDays: "never", passDays: 7 } as const;
  const outcome = submit(undefined, { ...asking, signUp, askedOf: MINA }, at(HOUR));
  if (!outcome.ok) throw new Error("Nobody asked.");
  const step = (from: HistoryEntry["from"], to: HistoryEntry["to"]): HistoryEntry => ({
    ...{ at: at(3 * HOUR).toISOString(), from, to, by: { kind: "gatehouse", name: "worker" } },
  });
  const earlierSteps = before.flatMap((each) =>
    each === "failed" || each === "provisioned" ? [step("provisioning", each)] : each === "denied" ? [step("denied", "pending")] : [],
  );
  const earlier = {
    reference: "AAAA-AAAA",
    decision: { verdict: "approved", by: alice, at: at(9 * HOUR).toISOString() },
    attributes: {
      displayName: before.includes("another name") ? "Lee" : "Kim",
      jobTitle: before.includes("another title") ? "Boss" : "Buyer",
    },
  } as const;
  return {
    ...outcome.request,
    id: `${requestId({ email: EMAIL, identities }, hashOf).slice(0, 16)}${String(id).padStart(6, "0")}`,
    history: [...earlierSteps, ...outcome.request.history],
    ...(before.some((each) => each.startsWith("another")) && { earlier }),
    ...(refusal === "decided" && { state: "denied", decision: { verdict: "denied", by: alice, at: at(HOUR / 2).toISOString() } }),
    ...(refusal === "expired" && { answerBy: at(HOUR / 2).toISOString() }),
  };
}

interface Tried {
  /** The codes that the door showed. Undefined if the door shows none of a request that it refuses. */
  readonly shown: readonly string[] | undefined;
  readonly refused: boolean;
  readonly row: ApprovalRequest | undefined;
}

interface Door {
  readonly actor: Actor;
  tryIt(request: ApprovalRequest, reference: string): Promise<Omit<Tried, "row">>;
}

const { titles } = concernWords;
const codes = Object.keys(concernSources) as readonly ConcernCode[];
const titlesIn = (html: string) => codes.filter((code) => new RegExp(titles[code], "i").test(html));

const session = {
  operator: ["Approver", {}],
  approver: ["Decider", { userNames: [MINA] }],
  contact: ["Partner", { userNames: [`lead@${DOMAIN}`] }],
} as const;

/** @param path where the visitor decides */
const page = (name: keyof typeof session, path: string, actor: Partial<Actor>): Door => ({
  actor: { by: "oid", via: "console", ...actor },
  async tryIt({ id }, reference) {
    const [role, more] = session[name];
    const headers = { Cookie: await pages.cookie(role, more) };
    const shown = await pages.get(`${path}/requests/${id}`, role, headers);
    const list = await (await pages.get(name === "operator" ? "/approvals?view=all" : path, role, headers)).text();
    const html = await shown.text();
    const isOpen = shown.status === 200 && html.includes(`value="approve"`);
    const fields = { request: `${id}/${reference}`, verb: "approve", sure: "yes" };
    const answer = await pages.post(`${path}/decide`, role, fields, headers);
    expect([303, 404, 409]).toContain(answer.status);
    // The list and the request's page warn of the same.
    if (isOpen) expect(titlesIn(list.split(`data-key="${id}"`)[1]?.split("</tr>")[0] ?? ""), path).toEqual(titlesIn(html));
    return { shown: isOpen ? titlesIn(html) : undefined, refused: answer.status !== 303 };
  },
});

const functionWorld = () => ({
  settings: {
    ...{ APPROVALS_TABLE: "approvals-test", LEDGER_TABLE: "ledger-test", DECISIONS_TABLE: "decisions-test" },
    ...{ ACCESS_LIST_TABLE: pages.database.tableName, ASKED_LISTS: pages.world.place.askedLists() },
    GATEHOUSE_DECIDE_URL: "https://decide.example/decide",
  },
  tables: { ...pages.database.client, warm: async () => {} },
  clock: { now: () => Date.now(), startTimer: () => () => undefined },
  ...awsLog(),
});

const allDoors: Readonly<Record<keyof typeof doors, Door>> = {
  operator: page("operator", "/approvals", {}),
  approver: page("approver", "/asked", { isOperator: false, scope: "asked", decider: { names: [MINA], addresses: [MINA] } }),
  contact: page("contact", "/partner", { isOperator: false, scope: { domain: DOMAIN }, decider: { names: [`lead@${DOMAIN}`] } }),
  mail: {
    actor: { by: MINA, via: "mail", isOperator: false, decider: { names: [MINA] } },
    async tryIt({ id }, reference) {
      const handle = mailDecisionsHandler(functionWorld() as never);
      const call = async (method: "GET" | "POST") => {
        const fields = new URLSearchParams({ request: id, key: SECRET, ...(method === "POST" && { answer: "approve" }) });
        const event = {
          ...{ version: "2.0", routeKey: "$default", rawPath: "/decide", rawQueryString: method === "GET" ? fields.toString() : "" },
          headers: { host: "decide.example", "content-type": "application/x-www-form-urlencoded" },
          requestContext: { http: { method, path: "/decide", sourceIp: "192.0.2.7" }, domainName: "decide.example", requestId: "1" },
          ...{ isBase64Encoded: false, body: method === "POST" ? fields.toString() : undefined },
        };
        return (await handle(event as never, lambdaContext)) as APIGatewayProxyStructuredResultV2;
      };
      const { statusCode, body = "" } = await call("GET");
      const t = decideTexts.en;
      const texts: Readonly<Partial<Record<ConcernCode, string>>> = {
        ...{ "failed-before": t.failedBefore, "account-exists": t.accountExists, "denied-by-list": t.deniedByList },
        ...{ "other-name": t.otherName, "other-attributes": t.otherAttributes, "denied-before": t.deniedBefore },
        ...{ "look-alike": "only looks like", "not-proven": "Not verified:" },
      };
      const isSaid = (code: ConcernCode) => body.includes(texts[code] ?? "\0");
      const noAccount = body.includes("No account can be created") ? ["no-account"] : [];
      const answer = await call("POST");
      // A link says nothing of another request: a new one has no link yet.
      expect(reference).toMatch(/-/);
      return { shown: statusCode === 200 ? [...noAccount, ...codes.filter(isSaid)] : undefined, refused: answer.statusCode !== 200 };
    },
  },
  api: {
    actor: { by: ARN, via: "api", decider: { names: [ARN], arn: ARN } },
    async tryIt({ id }, reference) {
      const given = { ...proxyEvent("/approvals/{id}/approve", JSON.stringify({ reference })), pathParameters: { id } };
      const identity = { ...given.requestContext.identity, userArn: ARN };
      const answer = await approvalApiHandler(functionWorld() as never)({
        ...given,
        requestContext: { ...given.requestContext, identity },
      });
      const body = JSON.parse(answer.body) as { readonly concerns?: readonly string[] };
      return { shown: body.concerns, refused: answer.statusCode !== 200 };
    },
  },
  command: {
    actor: { by: "me", via: "command" },
    async tryIt({ id }, reference) {
      const known = (await instance.approvals.get(id))?.reference;
      // The command finds the request itself, so nobody can name an older one.
      if (known !== reference) return { shown: undefined, refused: true };
      const asked = await gatehouse("approvals", "approve", id, ...instance.local);
      const said = asked.stdout + asked.stderr;
      const texts: Readonly<Partial<Record<ConcernCode, string>>> = {
        ...{ "denied-by-list": "denies them", "look-alike": "only looks like", "not-proven": "ADDRESS NOT VERIFIED" },
      };
      const isSaid = (code: ConcernCode) => new RegExp(`${texts[code] ?? `^  ${titles[code]}\\.`}`, texts[code] ? "" : "im").test(said);
      const ran = await gatehouse("approvals", "approve", id, "--yes", ...instance.local);
      return { shown: asked.stderr.includes("no terminal") ? codes.filter(isSaid) : undefined, refused: ran.exitCode !== 0 };
    },
  },
};

/** The state without what a door does not read, or does not tell. */
function leaveOut(state: RequestState, ...lines: readonly (object | undefined)[]): RequestState {
  const isOut = (source: string) => lines.some((line) => line !== undefined && source in line);
  return {
    ...state,
    ...(isOut("others") && { others: [] }),
    ...(isOut("likes") && { like: undefined }),
    ...(isOut("list") && { deny: undefined }),
  };
}

const withoutAuthors = (row: ApprovalRequest | undefined) =>
  row && {
    ...omit(row, "changedAt", "turn", "mailSecrets", "passUntil", "decision"),
    verdict: row.decision?.verdict,
    history: row.history.map((each) => omit(each, "by", "at", "concerns", "act")),
  };

async function setUp({ isDenied, isAlike, other }: Facts, request: ApprovalRequest): Promise<void> {
  const { isOther, ...rest } = { isOther: other !== "none", ...omit(request, "earlier", "decision") };
  const another: ApprovalRequest = {
    ...rest,
    ...{ id: OTHER, state: other === "with an account" ? "provisioned" : "expired" },
    ...{ requestedAt: at(5 * HOUR).toISOString(), reference: "BBBB-BBBB", history: [] },
    ...(other === "of another name" && { attributes: { displayName: "Bo", jobTitle: "Buyer" } }),
  };
  for (const [client, list, ledger] of [
    [pages.database.client, pages.database.tableName, "ledger-test"],
    [instance.dynamodb.client, instance.dynamodb.tableName, "ledger"],
  ] as const) {
    const put = (name: string, table: keyof typeof tables, row: object) =>
      putItem({ client, name, key: tables[table].key }, toItem(JSON.parse(JSON.stringify(row))));
    await put("approvals-test", "approvals", request);
    if (last !== request.id) await client.call("DeleteItem", { TableName: "approvals-test", Key: { id: { S: last } } });
    if (isOther) await put("approvals-test", "approvals", another);
    else await client.call("DeleteItem", { TableName: "approvals-test", Key: { id: { S: another.id } } });
    await client.call("DeleteItem", { TableName: list, Key: { entry: { S: EMAIL } } });
    await client.call("DeleteItem", { TableName: list, Key: { entry: { S: DOMAIN } } });
    if (isDenied) await put(list, "accessList", { entry: EMAIL, effect: "deny" });
    // A domain that the list allows is no look-alike.
    if (!isAlike) await put(list, "accessList", { entry: DOMAIN, effect: "approval" });
    await knownDomains(client, ledger).allowed(isAlike ? ["contoso.com"] : []);
    if (!isAlike) await client.call("DeleteItem", { TableName: list, Key: { entry: { S: "contoso.com" } } });
    else await put(list, "accessList", { entry: "contoso.com", effect: "allow" });
  }
}

let number = 0;
/** The request of the run before. */
let last = "none";
const shownAt = new Set<string>();

it("each door shows what the act knows but for its line in the table, refuses alike and leaves the same row", async () => {
  const property = fc.asyncProperty(facts, async (state) => {
    number += 1;
    const plain = makeRequest(state, number);
    const request = { ...plain, mailSecrets: withMailSecrets(plain, [{ address: MINA, secret: SECRET }], new Date()) };
    const reference = state.refusal === "asked again" ? "CCCC-CCCC" : request.reference;
    const left = new Map<string, unknown>();
    for (const [name, door] of Object.entries(allDoors) as readonly [keyof typeof doors, Door][]) {
      await setUp(state, request);
      const act = decisionActs.approve;
      const operator: Actor = { by: "oid", via: "console" };
      const doing = { actor: operator, now: new Date() };
      const [reviewed] = await act.read([{ id: request.id }], makeWorld(act.uses, pages.world.place), doing);
      const { unread, untold } = doors[name];
      const target = { id: request.id, reference: name === "mail" ? undefined : reference };
      const known = { ...(reviewed as RequestState), target };
      const told = act.concerns(leaveOut(known, unread, untold), {}, operator).filter(({ weight }) => weight !== "refused");
      const recorded = act.concerns(leaveOut(known, unread), {}, operator).filter(({ weight }) => weight !== "refused");
      const isRefused = act.concerns(leaveOut(known, unread), {}, door.actor).some(({ weight }) => weight === "refused");
      const { shown, refused } = await door.tryIt(request, reference);
      expect([name, refused]).toEqual([name, isRefused]);
      if (shown !== undefined) shownAt.add(name);
      if (shown !== undefined)
        expect([name, ...shown].sort()).toEqual(
          [
            name,
            ...asShown(
              name,
              told.map(({ code }) => code),
            ),
          ].sort(),
        );
      const row = await (name === "command" ? instance.approvals : pages.world.approvals).get(request.id);
      if (refused) expect(withoutAuthors(row)).toEqual(withoutAuthors(JSON.parse(JSON.stringify(request))));
      else {
        expect([name, ...(row?.history.at(-1)?.concerns ?? [])].sort()).toEqual([name, ...recorded.map(({ code }) => code)].sort());
        left.set(name, withoutAuthors(row));
      }
    }
    last = request.id;
    expect(new Set([...left.values()].map((row) => JSON.stringify(row))).size).toBeLessThanOrEqual(1);
  });
  await fc.assert(property, { numRuns: runs(20, 200), endOnFailure: true });
  expect([...shownAt].sort()).toEqual(Object.keys(doors).sort());
}, 600_000);

/** A mail says of two causes alike that no account can be created. */
function asShown(name: string, told: readonly string[]): readonly string[] {
  if (name !== "mail") return told;
  return told.map((code) => (code === "issuer-not-supported" || code === "identity-incomplete" ? "no-account" : code));
}
