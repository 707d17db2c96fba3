import { type Item, toItem, toRow } from "../../../adapters/tables/item";
import { beforeCreateUser, beforeSendingToken, type Policy } from "../../../engine/sign-up/policy";
import { approvalClaims } from "../../../features/approvals/approval-claims";
import { readRequest } from "../../../features/approvals/request";
import { requestApproval } from "../../../features/approvals/request-approval";
import { approve } from "../../../features/approvals/transitions";
import { assign } from "../../../features/assign/rule";
import { prefill } from "../../../features/profiles/prefill";
import { profiles } from "../../../features/profiles/profiles";
import { gatehouse, jsonLines, startInstance, type TestInstance } from "../../cli/support";
import { fixture } from "../../fixtures";
import { captureOutput, setEnvironment } from "../../lambda/invoke";
import { askingExtension, audience, tenantId } from "../../lambda/invoke-extension";
import { extensionAction } from "../../support/extension-answers";
import { arrived } from "../accounts/accounts";

// An external tenant's events through the handlers, from the form to the token, into the tables that the commands then look at.

const SUBMIT = "extension/attribute-collection-submit";
const TOKEN = "extension/token-issuance-start-local";
const EMAIL = "jiwoo.park@example.com";

let instance: TestInstance;
let output: ReturnType<typeof captureOutput>;
let submit: () => Promise<Record<string, unknown>>;
let token: (change?: (event: TokenFixture) => void) => Promise<unknown>;
const before = { ...process.env };

// biome-ignore lint/suspicious/noExplicitAny: any part of a documented event may be changed.
type TokenFixture = { readonly data: any };

beforeEach(async () => {
  instance = await startInstance(undefined, undefined, { accounts: true });
  setEnvironment(instance.dynamodb.endpoint);
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_SECRETS_MANAGER: instance.secretsEndpoint,
    PERSON_KEY_SECRET: instance.personKeySecret,
    DECISIONS_TABLE: "decisions-test",
    APPROVALS_TABLE: "approvals-test",
    PROFILES_TABLE: "profiles-test",
    LEDGER_TABLE: "ledger",
    EXTERNAL_TENANT: tenantId,
    EXTENSION_AUDIENCE: audience,
    ACCOUNT_TRACING: "true",
  });
  output = captureOutput();
  const form = askingExtension(beforeCreateUser([requestApproval({ then: "continue" })], { trust: ["mail", "google.com"] }) as Policy);
  const claims = askingExtension(
    beforeSendingToken([assign({ portal: "partners" }), prefill(profiles()), approvalClaims({ approval: "state" })], {
      trust: ["mail"],
      deadline: "1.7s",
    }) as Policy,
  );
  submit = async () => extensionAction("before-create-user", (await form({ body: fixture(SUBMIT) })).body);
  token = async (change = () => undefined) => {
    const event = fixture(TOKEN) as unknown as TokenFixture;
    change(event);
    return extensionAction("before-sending-token", (await claims({ body: event })).body).claims;
  };
  await instance.putRow({ person: EMAIL, tier: "gold" }, "profiles-test");
  // What starts with the first call is not in the time of those that count.
  await token(({ data }) => (data.authenticationContext.correlationId = audience));
});
afterEach(async () => {
  output.release();
  for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
  Object.assign(process.env, before);
  await instance.close();
});

async function rowsIn(TableName: string): Promise<readonly Record<string, unknown>[]> {
  const { Items } = await instance.dynamodb.client.call<{ Items: Item[] }>("Scan", { TableName });
  return Items.map(toRow);
}

/** Asks for approval, is approved, and comes past the form. */
async function signUp(): Promise<void> {
  expect(await submit()).toMatchObject({ kind: "showBlockPage" });
  const [row = {}] = await rowsIn("approvals-test");
  const approved = approve(readRequest(row), { by: { kind: "cli", name: "lee" } }, new Date());
  if (!approved.ok) throw new Error("Not approved.");
  const client = instance.dynamodb.client;
  await client.call("PutItem", { TableName: "approvals-test", Item: toItem(approved.request) });
  expect(await submit()).toMatchObject({ kind: "continueWithDefaultBehavior" });
}

const own = { portal: "partners", tier: "gold", approval: "admitted" };

it("every token of a local account has the claims of the person whom the gate let in", async () => {
  expect(await token(({ data }) => (data.authenticationContext.correlationId = audience))).toEqual({ portal: "partners" });
  await signUp();
  expect(await token()).toEqual(own);
  expect(await token(({ data }) => (data.authenticationContext.correlationId = tenantId))).toEqual(own);
  expect(await token(({ data }) => (data.authenticationContext.user.id = tenantId))).toEqual({ portal: "partners" });
  const tokens = (await rowsIn("decisions-test")).filter(({ step }) => step === "before-sending-token");
  expect(tokens.filter(({ email }) => email === EMAIL)).toHaveLength(2);
  expect(tokens.filter(({ email }) => email !== EMAIL).flatMap(Object.keys)).not.toContain("personId");
  expect(output.text()).not.toMatch(/jiwoo|example\.com/i);
});

it("the gate stores nothing for tokens about people whom it stops", async () => {
  await submit();
  expect(await rowsIn("ledger")).toEqual([]);
});

it("the gate stores nothing in the ledger if account tracing is not switched on", async () => {
  delete process.env.ACCOUNT_TRACING;
  await signUp();
  expect(await token()).toEqual({ portal: "partners" });
  expect(await rowsIn("ledger")).toEqual([]);
});

it.each([EMAIL, `${EMAIL.toUpperCase()}`])(
  "an export contains the person's account row and sign-up row, and an erasure removes both: %s",
  async (named) => {
    await signUp();
    await token();
    // A mark, of hashes alone, for mails that are under way.
    const ids = async () =>
      (await rowsIn("ledger"))
        .map(({ id }) => String(id).split("/")[0])
        .filter((each) => each !== "mail-forgotten")
        .sort();
    expect(await ids()).toEqual(["account", "signed-up"]);
    const exported = jsonLines(await gatehouse("person", "export", named, ...instance.local));
    expect(exported.flatMap((line) => ("ledger" in (line as object) ? [line] : []))).toHaveLength(2);
    const erased = await gatehouse("person", "erase", named, "--yes", "--approvals", ...instance.local);
    expect(erased).toMatchObject({ exitCode: 0 });
    expect(await ids()).toEqual([]);
    expect(await token(({ data }) => delete data.authenticationContext.correlationId)).toEqual({ portal: "partners" });
  },
);

it("an export and an erasure find the tokens of the person's account that named nobody", async () => {
  await signUp();
  await token();
  await token(({ data }) => (data.authenticationContext.user.id = tenantId));
  const decisions = await rowsIn("decisions-test");
  const nameless = decisions.find(({ userId }) => userId === tenantId);
  expect(nameless).not.toHaveProperty("personId");
  const { personId } = decisions.find(({ email }) => email === EMAIL) ?? {};
  const Item = toItem({ ...arrived(), id: tenantId, personId, email: EMAIL });
  await instance.dynamodb.client.call("PutItem", { TableName: "accounts", Item });
  const exported = jsonLines(await gatehouse("person", "export", EMAIL, ...instance.local)) as {
    readonly decision?: { readonly id: string };
  }[];
  expect(exported.flatMap(({ decision }) => decision?.id ?? [])).toContain(nameless?.id);
  await gatehouse("person", "erase", EMAIL, "--yes", "--approvals", ...instance.local);
  expect((await rowsIn("decisions-test")).map(({ userId }) => userId)).not.toContain(tenantId);
});
