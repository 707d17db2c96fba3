import { createHash, createHmac } from "node:crypto";
import { awsClient, secretsManager } from "../../../adapters/aws/client";
import { type Item, toRow } from "../../../adapters/tables/item";
import type { DecisionRecord } from "../../../engine/sign-up/record";
import type { IdentityVerifier } from "../../../engine/sign-up/source";
import { buildApprovalEvent } from "../../../features/approvals/build-event";
import type { ApprovalRequest } from "../../../features/approvals/request";
import { buildSignUpDecided } from "../../../features/decisions/events";
import { afterSignIn, lookup, onlyDomains, permittedValue, profiles, requestApproval, verifyIdentity } from "../../../index";
import { gatehouse, jsonLines, startInstance, type TestInstance } from "../../cli/support";
import { asking, captureOutput, setEnvironment } from "../../lambda/invoke";
import { anyPolicy } from "../../support/any-policy";
import { testCredentials } from "../../support/dynamodb";

// Sign-ups through the handler, into the tables that the commands then look at.

const CODE = "WELCOME-2026";
const TABLES = ["decisions-test", "approvals-test", "ledger", "profiles-test"] as const;

const acme: IdentityVerifier = {
  name: "acme",
  uses: [{ service: "acme" }],
  fieldsOf: ({ attributes }) => ({ fields: { surname: String(attributes.surname) } }),
  verify: async () => ({ kind: "verified", vendorReference: "4711" }),
};
const policy = anyPolicy(
  [
    lookup(profiles(), { notFound: "continue", untrusted: "continue" }),
    permittedValue("extension_Code", { source: { name: "codes", uses: [], find: () => ({}) }, maxUses: 10 }),
    verifyIdentity(acme),
    requestApproval(),
  ],
  { trust: ["mail", "google.com"] },
);

const google = { signInType: "federated", issuer: "google.com", issuerAssignedId: "118412345678901234567" };
const facebook = { signInType: "federated", issuer: "facebook.com", issuerAssignedId: "10225412345" };
const passcode = { signInType: "federated", issuer: "mail", issuerAssignedId: "k.i.m+news@gmail.com" };
/** One person: four spellings and accounts of one mailbox, and one more address of the same account at Google. */
const calls = [
  { email: "kim+a@gmail.com", identities: [google] },
  { email: "k.i.m+news@gmail.com", identities: [passcode] },
  { email: "Kim@googlemail.com", identities: [facebook] },
  { email: "kim@gmail.com" },
  { email: "kim.new@contoso.com", identities: [google] },
];
/** Somebody else, whose account at Facebook claims nothing of Kim's. */
const other = { email: "lee@gmail.com", identities: [{ ...facebook, issuerAssignedId: "777" }] };

let instance: TestInstance;
let output: ReturnType<typeof captureOutput>;
const before = { ...process.env };
beforeEach(async () => {
  instance = await startInstance();
  setEnvironment(instance.dynamodb.endpoint);
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_SECRETS_MANAGER: instance.secretsEndpoint,
    PERSON_KEY_SECRET: instance.personKeySecret,
    DECISIONS_TABLE: "decisions-test",
    APPROVALS_TABLE: "approvals-test",
    LEDGER_TABLE: "ledger",
    PROFILES_TABLE: "profiles-test",
  });
  output = captureOutput();
  const ask = asking(policy);
  for (const each of [...calls, other]) {
    const { body } = await ask({ body: { ...each, displayName: "Kim", surname: "Kim", [`extension_${"0".repeat(32)}_Code`]: CODE } });
    expect(body).toMatchObject({ action: "ShowBlockPage", userMessage: expect.stringMatching(/wait/i) });
  }
  for (const person of ["k.im@googlemail.com", `issuer:google/${google.issuerAssignedId}`, "lee@gmail.com"]) {
    await instance.putRow({ person, city: "Seoul" }, "profiles-test");
  }
  output.release();
});
afterEach(async () => {
  output.release();
  for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
  Object.assign(process.env, before);
  await instance.close();
});

const person = (...args: string[]) => gatehouse("person", ...args, ...instance.local);

async function rowsIn(TableName: string): Promise<readonly Record<string, unknown>[]> {
  const { Items } = await instance.dynamodb.client.call<{ Items: Item[] }>("Scan", { TableName });
  return Items.map(toRow);
}

async function usersOfCode(): Promise<readonly string[]> {
  const [code = {}] = (await rowsIn("ledger")).filter(({ id }) => String(id).startsWith("code/"));
  return code.people as readonly string[];
}

/** Without marks, of hashes alone, for mails that are under way. */
async function counts(): Promise<Record<string, number>> {
  const count = async (name: string) => (await rowsIn(name)).filter(({ id }) => !String(id).startsWith("mail-forgotten/")).length;
  return Object.fromEntries(await Promise.all(TABLES.map(async (name) => [name, await count(name)])));
}

async function exported(...args: string[]): Promise<Record<string, number>> {
  const ran = await person("export", ...args);
  expect(ran.exitCode).toBe(0);
  const kinds = jsonLines(ran).map((line) => Object.keys(line as object)[0] as string);
  return Object.fromEntries([...new Set(kinds)].map((kind) => [kind, kinds.filter((each) => each === kind).length]));
}

const everything = { decision: 5, approval: 5, profile: 2 };

it.each([
  ...calls.map(({ email }) => email),
  "K.I.M+else@GoogleMail.com",
  `issuer:google.com/${google.issuerAssignedId}`,
  `issuer:google/${google.issuerAssignedId}`,
])("an export of a person named by %s is complete, and contains no other person's data", async (named) => {
  expect(await exported(named)).toMatchObject(everything);
  const ran = await person("export", named);
  expect(ran.stdout).not.toContain("lee@");
  // Of the code that both have used, only who is asked for is told.
  const users = jsonLines(ran).flatMap((line) => (line as { ledger?: { people?: readonly string[] } }).ledger?.people ?? []);
  expect(users).toHaveLength((await usersOfCode()).length - 1);
});

it("an erasure removes the person from every table, keeps their code as used, and keeps other people", async () => {
  const full = await counts();
  const usersBefore = await usersOfCode();
  expect((await person("erase", "kim@gmail.com", "--yes", "--approvals")).exitCode).toBe(0);
  expect(await counts()).toEqual({
    "decisions-test": (full["decisions-test"] ?? 0) - 5,
    "approvals-test": (full["approvals-test"] ?? 0) - 5,
    "profiles-test": 1,
    // Of the other one: tries of codes, calls to the vendor; and the code.
    ledger: 3,
  });
  expect(await exported("kim@gmail.com")).toEqual({});
  expect(await exported(`issuer:google.com/${google.issuerAssignedId}`)).toEqual({});
  const people = await usersOfCode();
  expect(people).toHaveLength(usersBefore.length);
  expect(people.filter((holder) => /^erased\.[\w-]{22}$/.test(holder))).toHaveLength(people.length - 1);
  expect(await exported("lee@gmail.com")).toMatchObject({ decision: 1, approval: 1, profile: 1 });
});

it("an export of an account whose provider proves no address contains only that account's decisions", async () => {
  expect(await exported(`issuer:facebook.com/${facebook.issuerAssignedId}`)).toMatchObject({ decision: 1 });
});

it.each(["address", "account"])("a person who only reached the first step is found and erased by their %s", async (by) => {
  const account = { ...google, issuerAssignedId: "100200300" };
  await asking(afterSignIn([onlyDomains(["fabrikam.com"])], { trust: "any" }))({
    body: { email: "sam@fabrikam.com", identities: [account] },
  });
  const named = by === "address" ? "sam@fabrikam.com" : "issuer:google.com/100200300";
  expect(await exported(named)).toEqual({ decision: 1 });
  expect((await person("erase", named, "--yes")).exitCode).toBe(0);
  expect(await exported("sam@fabrikam.com")).toEqual({});
});

it("people are found under the previous key after a rotation", async () => {
  const client = awsClient(secretsManager, {
    region: "eu-west-1",
    endpoint: instance.secretsEndpoint,
    credentials: async () => testCredentials,
  });
  await client.call("PutSecretValue", { SecretId: instance.personKeySecret, SecretString: "n".repeat(64) });
  expect(await exported("kim@gmail.com")).toMatchObject(everything);
  expect((await person("erase", "kim@gmail.com", "--yes", "--approvals")).exitCode).toBe(0);
  expect(await exported("kim@gmail.com")).toEqual({});
});

describe("a reader who knows an address, an account or a code, but not the key,", () => {
  /** What somebody would try: the texts themselves in common forms, hashed in common ways. */
  function guesses(): readonly string[] {
    const addresses = calls.flatMap(({ email }) => [email, email.toLowerCase(), email.toLowerCase().replace("googlemail", "gmail")]);
    const accounts = [google, facebook, passcode].flatMap(({ issuer, issuerAssignedId: id }) => [
      id,
      `${issuer}/${id}`,
      `issuer:${issuer}/${id}`,
    ]);
    const alone = [...addresses, ...accounts, CODE, CODE.toLowerCase()];
    const keys = addresses.flatMap((email) => [
      JSON.stringify([email, "entra"]),
      ...[google, facebook, passcode].map(({ issuer, issuerAssignedId }) => JSON.stringify([email, `${issuer}/${issuerAssignedId}`])),
    ]);
    const prefixed = [...alone, ...keys].flatMap((text) => [
      text,
      `mailto:${text}`,
      `person\n${text}`,
      `account\n${text}`,
      `person:${text}`,
    ]);
    return [...new Set([...prefixed, JSON.stringify(["code", "extension_Code", CODE.toLowerCase()])])];
  }

  /** Beginnings of hashes, as hashes are often cut. */
  function hashesOf(text: string): readonly string[] {
    const hashes = [
      ...["sha256", "sha1", "md5", "sha512"].map((name) => createHash(name).update(text)),
      ...["", "salt", "gatehouse", "Gatehouse"].map((key) => createHmac("sha256", key).update(text)),
    ];
    return hashes.flatMap((hash) => {
      const bytes = hash.digest();
      return (["hex", "base64", "base64url"] as const).map((spelling) => bytes.toString(spelling).slice(0, 16));
    });
  }

  const found = (haystack: string) => guesses().filter((text) => hashesOf(text).some((hash) => haystack.includes(hash)));

  it("finds nobody in tables, events or logs", async () => {
    const tables = Object.fromEntries(await Promise.all(TABLES.map(async (name) => [name, await rowsIn(name)])));
    const events = [
      ...(tables["decisions-test"] as unknown as readonly DecisionRecord[]).map(buildSignUpDecided),
      ...(tables["approvals-test"] as unknown as readonly ApprovalRequest[]).map((request) => buildApprovalEvent(undefined, request)),
    ];
    expect(events.filter((event) => event === undefined)).toEqual([]);
    const haystack = JSON.stringify([tables, events, output.text()]);
    expect(found(haystack)).toEqual([]);
    // The same search does find what is hashed without a key.
    expect(found(createHash("sha256").update("kim@gmail.com").digest("base64url").slice(0, 22))).toContain("kim@gmail.com");

    expect(JSON.stringify(tables.ledger)).not.toMatch(new RegExp(`kim|${CODE}`, "i"));
    expect(output.text()).not.toMatch(/kim@|gmail|contoso|WELCOME/i);
  });

  it("recognizes rows, events and log lines about the same person by their shared personId", async () => {
    const decisions = (await rowsIn("decisions-test")) as unknown as readonly DecisionRecord[];
    const idsOf = (rows: readonly { email?: unknown; personId?: unknown }[]) =>
      new Set(
        rows.filter(({ email }) => /gmail|googlemail/.test(String(email)) && email !== "lee@gmail.com").map(({ personId }) => personId),
      );
    const [kim, ...none] = idsOf(decisions);
    expect({ kim, none }).toEqual({ kim: expect.stringMatching(/^[\w-]{22}$/), none: [] });
    expect(idsOf(decisions.map(buildSignUpDecided))).toEqual(new Set([kim]));
    expect(idsOf(await rowsIn("approvals-test"))).toEqual(new Set([kim]));
    const lines = output.lines().filter(({ message }) => message === "decided");
    expect(lines.filter(({ personId }) => personId === kim)).toHaveLength(4);
    expect(lines.every(({ personId }) => typeof personId === "string")).toBe(true);
    const counted = (await rowsIn("ledger")).filter(({ id }) => /^(guesses|identity)\//.test(String(id)));
    expect(counted.every(({ personId }) => typeof personId === "string")).toBe(true);
  });
});
