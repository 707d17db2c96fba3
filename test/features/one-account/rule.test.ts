import { catalogues, replyFor } from "../../../engine/messages";
import { apiConnector } from "../../../engine/protocols/api-connector";
import type { Dialect } from "../../../engine/protocols/dialect";
import { decide } from "../../../engine/sign-up/engine";
import { UpstreamError } from "../../../engine/sign-up/failure";
import { buildPersonId, keyedHash } from "../../../engine/sign-up/person";
import { afterSignIn, type Policy } from "../../../engine/sign-up/policy";
import type { Row } from "../../../engine/sign-up/rule";
import type { DialectName, SignUp } from "../../../engine/sign-up/sign-up";
import { MS_PER_DAY, MS_PER_HOUR } from "../../../engine/sign-up/time";
import { requestApproval } from "../../../features/approvals/request-approval";
import { customExtension } from "../../../features/external-tenant/extension";
import { verifiedAddressClaim } from "../../../features/external-tenant/journey";
import {
  type AccountDirectory,
  type AccountInDirectory,
  type OneAccountOptions,
  oneAccount,
  oneAccountKey,
} from "../../../features/one-account/rule";
import { texts as oneAccountTexts, signedUpTexts } from "../../../features/one-account/texts";
import { extensionRequest, TENANT_DOMAIN } from "../../../simulator/client/request";
import { type Memory, memory } from "../../engine/rules/memory-world";
import { saidBy } from "../../engine/rules/said-by";
import { hashOf, NOW, person as personOf, saying } from "../../engine/sign-up/people";
import { anyPolicy } from "../../support/any-policy";

/** At a step that takes every provider's word. */
const person = (changes: Parameters<typeof personOf>[0] = {}) => personOf({ trust: "any", ...changes });

const TENANT = "7a1d4f0e-52c3-4d8b-9a6f-31be0c9d2e45";
const KIM = "kim@contoso.com";
const OIDC = "https://id.contoso.com/oauth2";
const SAML = "http://adfs.fabrikam.com/services/trust";

/** The ways of the table, as Entra writes them. */
const identitiesBy = {
  google: (email: string) => [{ signInType: "federated", issuer: "google.com", issuerAssignedId: `google of ${email}` }],
  facebook: (email: string) => [{ signInType: "federated", issuer: "facebook.com", issuerAssignedId: `facebook of ${email}` }],
  apple: (email: string) => [{ signInType: "federated", issuer: "apple.com", issuerAssignedId: `apple of ${email}` }],
  code: (email: string) => [{ signInType: "federated", issuer: "mail", issuerAssignedId: email }],
  entra: () => undefined,
  local: (email: string) => [{ signInType: "emailAddress", issuer: TENANT_DOMAIN, issuerAssignedId: email }],
  oidc: (email: string) => [{ signInType: "federated", issuer: OIDC, issuerAssignedId: `oidc of ${email}` }],
  saml: (email: string) => [{ signInType: "federated", issuer: SAML, issuerAssignedId: email }],
} as const;
type By = keyof typeof identitiesBy;
const ways = Object.keys(identitiesBy) as readonly By[];
const providerOf: Readonly<Record<By, string>> = {
  google: "google.com",
  facebook: "facebook.com",
  apple: "apple.com",
  code: "mail",
  entra: "entra",
  local: "mail",
  oidc: OIDC,
  saml: SAML,
};
const usual = ["mail", "google.com"];
const everybody = [...new Set(Object.values(providerOf))];

const protocols: Readonly<Record<DialectName, Dialect>> = {
  b2b: apiConnector,
  b2c: apiConnector,
  "external-tenant": customExtension({ tenantId: TENANT, addressAttribute: undefined }),
};

const b2cSteps = { "after-sign-in": "PostFederationSignup", "before-create-user": "PostAttributeCollection" } as const;
type DecidingStep = keyof typeof b2cSteps;

/** The body of a step's call. An external tenant has the address of a provider's account in an attribute of its own. */
function bodyOf(dialect: DialectName, step: DecidingStep, by: By, email: string, id: (typed: string) => string): object {
  const identities = identitiesBy[by](email)?.map((each) => ({
    ...each,
    issuerAssignedId: each.issuerAssignedId === email ? email : id(each.issuerAssignedId),
  }));
  if (dialect !== "external-tenant") {
    return {
      ...(dialect === "b2c" && { step: b2cSteps[step], client_id: TENANT }),
      email,
      displayName: "Kim",
      ui_locales: "en",
      ...(identities && { identities }),
    };
  }
  const isByAddress = by === "local" || by === "code";
  const who = {
    email,
    issuer: isByAddress ? "mail" : "google.com",
    address: "attribute",
    locales: ["en"],
    collects: [{ name: "displayName", type: "string" }],
  };
  const ids = { tenantId: TENANT, correlationId: `journey of ${by} ${email}` };
  const body = extensionRequest(step, { ...who, application: TENANT, ipAddress: "203.0.113.24" } as never, { displayName: "Kim" }, ids);
  if (!isByAddress && identities !== undefined && body.data.userSignUpInfo) Object.assign(body.data.userSignUpInfo, { identities });
  return body;
}

interface Coming {
  readonly by: By;
  readonly email?: string;
  readonly dialect?: DialectName;
  /** What the provider's id is, where it is not the person's usual one. */
  readonly id?: (usual: string) => string;
  readonly now?: Date;
}

interface Answered {
  /** As Entra gets it, with a reference code that is always the same. */
  readonly body: string;
  readonly step: DecidingStep;
  readonly findings: readonly unknown[];
  readonly evidence: unknown;
  readonly calls: number;
}

/** Both steps, as a step's function goes through them; the second one only if the first lets the person go on. */
async function come(
  options: OneAccountOptions,
  tables: Memory,
  { by, email = KIM, dialect = "b2b", id = (usual) => usual, now = NOW }: Coming,
): Promise<Answered> {
  const policies: Readonly<Record<DecidingStep, Policy>> = {
    "after-sign-in": afterSignIn([oneAccount(options)], options.trust && { trust: "any" }),
    "before-create-user": anyPolicy([oneAccount(options)], options.trust && { trust: "any" }),
  };
  let answered: Answered | undefined;
  for (const step of ["after-sign-in", "before-create-user"] as const) {
    const body = JSON.stringify(bodyOf(dialect, step, by, email, id));
    const parsed = protocols[dialect].parse({ contentType: "application/json", body }, step);
    if (!parsed.ok) throw new Error(`${by} at ${dialect}: ${parsed.reason}`);
    const decision = await decide(policies[step], parsed.received, { ...tables.world, beginSearch: protocols[dialect].beginSearch, now });
    if (decision.failure !== undefined) throw decision.failure.error;
    const word = decision.answer.kind === "continue" ? verifiedAddressClaim(parsed.received, hashOf, now) : undefined;
    if (word !== undefined) await tables.world.write(word, AbortSignal.timeout(1_000));
    const rendered = protocols[dialect].render(
      replyFor(decision.answer, "K7QD-9MXD", { locales: ["en"], options: {} }),
      step,
      parsed.received,
    );
    const [said] = decision.trace;
    answered = {
      body: rendered.body,
      step,
      findings: [...(answered?.findings ?? []), said?.findings?.account],
      evidence: said?.evidence,
      calls: tables.reads.length,
    };
    if (decision.answer.kind !== "continue") break;
  }
  return answered as Answered;
}

async function pair(first: By, second: By, trust: readonly string[], more: Partial<Coming> = {}, options: OneAccountOptions = {}) {
  const tables = memory();
  await come({ ...options, trust }, tables, { by: first, ...more });
  return await come({ ...options, trust }, tables, { by: second, ...more });
}

const { code, address, organisation } = signedUpTexts;
const by = (provider: string) => signedUpTexts.provider.en.replaceAll("{provider}", provider);
const workforce: readonly DialectName[] = ["b2b"];
const allDialects: readonly DialectName[] = ["b2b", "b2c", "external-tenant"];
/** An external tenant writes an address that was proven by a code as a local account, with or without a password. */
const connectors: readonly DialectName[] = ["b2b", "b2c"];

describe("a person who comes by another provider", () => {
  it.each<{ first: By; second: By; trust?: readonly string[]; told: string | undefined; in?: readonly DialectName[] }>([
    { first: "google", second: "code", told: by("Google") },
    { first: "google", second: "local", told: by("Google") },
    { first: "code", second: "google", told: code.en, in: connectors },
    { first: "local", second: "google", told: address.en },
    { first: "code", second: "local", told: undefined },
    { first: "google", second: "google", told: undefined },
    { first: "google", second: "facebook", told: undefined },
    { first: "google", second: "entra", told: undefined, in: workforce },
    { first: "facebook", second: "google", told: undefined },
    { first: "facebook", second: "google", trust: everybody, told: by("Facebook") },
    { first: "google", second: "facebook", trust: everybody, told: by("Google") },
    { first: "apple", second: "google", trust: everybody, told: by("Apple") },
    { first: "entra", second: "google", trust: everybody, told: organisation.en, in: workforce },
    { first: "google", second: "entra", trust: everybody, told: by("Google"), in: workforce },
    { first: "oidc", second: "local", trust: everybody, told: by("id.contoso.com") },
    { first: "saml", second: "google", trust: everybody, told: by("adfs.fabrikam.com") },
    { first: "google", second: "saml", told: undefined },
    { first: "code", second: "oidc", trust: everybody, told: code.en, in: connectors },
  ])(
    "gets the expected answer after $first, then $second, with trust in $trust: $told",
    async ({ first, second, trust = usual, told, in: dialects = allDialects }) => {
      for (const dialect of dialects) {
        const answered = await pair(first, second, trust, { dialect });
        expect(answered, dialect).toMatchObject({ step: told === undefined ? "before-create-user" : "after-sign-in" });
        if (told === undefined) expect(answered.body, dialect).not.toMatch(/block/i);
        else expect(answered.body, dialect).toContain(told);
      }
    },
  );

  it("learns the exact provider if both are trusted and differ, in every tenant", async () => {
    for (const dialect of allDialects) {
      const possible = ways.filter((way) => way !== "entra" || dialect === "b2b");
      for (const trust of [usual, everybody]) {
        for (const first of possible) {
          for (const second of possible) {
            const isTold = providerOf[first] !== providerOf[second] && [first, second].every((way) => trust.includes(providerOf[way]));
            const { step } = await pair(first, second, trust, { dialect });
            expect(`${dialect} ${first} ${second} ${step}`).toBe(
              `${dialect} ${first} ${second} ${isTold ? "after-sign-in" : "before-create-user"}`,
            );
          }
        }
      }
    }
  });

  it("reads the policy's name of the provider, in their language", async () => {
    const names = { [OIDC]: { en: "Contoso ID", ko: "콘토소 ID" }, google: "Our Google" };
    expect((await pair("oidc", "google", everybody, {}, { names })).body).toContain(by("Contoso ID"));
    expect((await pair("google", "oidc", everybody, {}, { names })).body).toContain(by("Our Google"));
  });

  it("is matched under every spelling of the mailbox; one who comes by the same provider is told of the other spelling", async () => {
    const tables = memory();
    await come({}, tables, { by: "code", email: "k.im@gmail.com" });
    expect((await come({}, tables, { by: "google", email: "kim+a@googlemail.com" })).body).toContain(code.en);
    expect((await come({}, tables, { by: "code", email: "kim+a@gmail.com" })).body).toContain(signedUpTexts.spelling.en);
    expect((await come({}, tables, { by: "code", email: "k.im@gmail.com" })).findings).toEqual(["same", "same"]);
    expect((await come({}, tables, { by: "google", email: "k.im@outlook.com" })).findings).toEqual(["none", "none"]);
  });

  it("may have a second account of the same provider at one address, since a hint to that provider would not help", async () => {
    const tables = memory();
    await come({}, tables, { by: "google" });
    expect(await come({}, tables, { by: "google", id: () => "made again" })).toMatchObject({
      findings: ["other-id", "other-id"],
      step: "before-create-user",
    });
    // It is the one that counts from now on.
    expect(await come({}, tables, { by: "google", id: () => "made again" })).toMatchObject({ findings: ["same", "same"] });
  });

  it("is admitted at a tenant of another kind, which has separate accounts", async () => {
    const tables = memory();
    await come({}, tables, { by: "google", dialect: "b2b" });
    expect(await come({}, tables, { by: "local", dialect: "external-tenant" })).toMatchObject({ findings: ["none", "none"] });
  });

  it("continues without an address", async () => {
    const signUp = person({ email: "", identities: identitiesBy.google(KIM) });
    expect(await decide(anyPolicy([oneAccount()]), signUp, memory().world)).toMatchObject({ answer: { kind: "continue" } });
  });
});

describe("a person who proved nothing", () => {
  const strangers: readonly Coming[] = [
    { by: "facebook" },
    { by: "saml" },
    { by: "entra" },
    { by: "facebook", dialect: "b2c" },
    { by: "oidc", dialect: "external-tenant" },
  ];

  it.each(strangers)(
    "gets the same answer by $by in $dialect, with the same reads and writes, whether or not an account exists",
    async (coming) => {
      const seen: unknown[] = [];
      for (const isKnown of [false, true]) {
        const tables = memory();
        if (isKnown)
          await come({}, tables, {
            by: coming.dialect === "b2b" || coming.dialect === undefined ? "google" : "local",
            dialect: coming.dialect ?? "b2b",
          });
        const before = tables.reads.length;
        const rows = tables.rows.size;
        let asked = 0;
        const directory: AccountDirectory = {
          uses: [],
          accountsOf: async () => {
            asked += 1;
            return [{ identities: [], isMember: true }];
          },
        };
        const { body, findings, evidence } = await come({ directory }, tables, coming);
        seen.push({ body, findings, evidence, reads: tables.reads.slice(before), written: tables.rows.size - rows, asked });
      }
      expect(seen[1]).toEqual(seen[0]);
      expect(seen[0]).toMatchObject({
        asked: 0,
        written: coming.dialect === "external-tenant" ? 1 : 0,
        findings: ["not-proven", "not-proven"],
      });
    },
  );

  it("proves neither address if they typed one after a provider had asserted another", async () => {
    const tables = memory();
    await come({}, tables, { by: "google" });
    const typed = person({ emailTyped: true, identities: identitiesBy.google("somebody else") });
    const { trace } = await decide(anyPolicy([oneAccount()]), typed, tables.world);
    expect(trace).toMatchObject([{ said: "continue", findings: { account: "not-proven" } }]);
  });

  it("stores nothing that could block the address's owner", async () => {
    const tables = memory();
    await come({}, tables, { by: "facebook" });
    expect([...tables.rows]).toEqual([]);
    expect(await come({}, tables, { by: "google" })).toMatchObject({ findings: ["none", "none"] });
  });
});

describe("the gate's memory of an account", () => {
  const key = oneAccountKey(person(), hashOf);
  const google = { by: "google" } as const;

  it("is written once every rule admits the person, without an address in it", async () => {
    const tables = memory();
    const known: SignUp = person({ identities: identitiesBy.google(KIM) });
    const run = (rules: Parameters<typeof anyPolicy>[0]) => decide(anyPolicy(rules), known, tables.world);
    await run([oneAccount(), saying("stopping", { kind: "block", reason: "own.reason" })]);
    await run([oneAccount(), requestApproval()]);
    expect(tables.row(key)).toBeUndefined();
    await run([oneAccount()]);
    expect(tables.row(key)).toEqual({
      id: expect.stringMatching(/^one-account\/b2b\/[\w-]{22}$/),
      personId: expect.any(String),
      issuer: "google.com",
      accountId: expect.stringMatching(/^[\w-]{22}$/),
      address: expect.stringMatching(/^[\w-]{22}$/),
      at: NOW.toISOString(),
      expires: Math.ceil((NOW.getTime() + 1_095 * MS_PER_DAY) / 1_000),
    });
    expect(JSON.stringify(tables.row(key))).not.toMatch(/kim|contoso\.com/);
  });

  it("ends after a number of days, and is renewed each time the person is admitted", async () => {
    const tables = memory();
    const options = { lasts: "30d" } as const;
    const at = (days: number) => new Date(NOW.getTime() + days * MS_PER_DAY);
    await come(options, tables, google);
    await come(options, tables, { ...google, now: at(20) });
    expect((await come(options, tables, { by: "code", now: at(49) })).body).toContain(by("Google"));
    expect(await come(options, tables, { by: "code", now: at(50) })).toMatchObject({ findings: ["none", "none"] });
    expect((await come(options, tables, { ...google, now: at(52) })).body).toContain(code.en);
  });

  it("is ignored once its provider is no longer trusted", async () => {
    const tables = memory();
    await come({ trust: everybody }, tables, { by: "facebook" });
    expect(await come({}, tables, google)).toMatchObject({ findings: ["none", "none"] });
  });

  it.each([{ issuer: 5 }, { issuer: "" }, { at: "yesterday" }, { expires: "never" }, { at: undefined }])(
    "is ignored if somebody wrote %j into it, and is written again",
    async (cells) => {
      const tables = memory();
      await come({}, tables, google);
      tables.put(key, { ...tables.row(key), ...cells });
      expect(await come({}, tables, { by: "code" })).toMatchObject({ findings: ["none", "none"] });
      expect(tables.row(key)).toMatchObject({ issuer: "mail", at: NOW.toISOString() });
    },
  );

  it("is found under the previous key after a rotation", async () => {
    const tables = memory();
    await come({}, tables, google);
    const rotated: Memory = { ...tables, world: { ...tables.world, hashOf: keyedHash("the next key"), otherHashOf: hashOf } };
    expect((await come({}, rotated, { by: "code" })).body).toContain(by("Google"));
    await come({}, rotated, google);
    expect(tables.rows.size).toBe(1);
  });

  it("stops the second of two simultaneous sign-ups only if they come by different ways", async () => {
    const run = async (other: By) => {
      const tables = memory();
      const at = (way: By) => decide(anyPolicy([oneAccount()]), person({ identities: identitiesBy[way](KIM) ?? [] }), tables.world);
      // Both read before either writes: else the second one would be told how the first one came.
      const answers = await Promise.all([at("google"), at(other)]);
      return answers.map(({ answer }) => answer);
    };
    expect(await run("code")).toMatchObject([
      { kind: "continue" },
      { kind: "block", reason: "account.exists", message: oneAccountTexts["account.exists"] },
    ]);
    expect(await run("google")).toMatchObject([{ kind: "continue" }, { kind: "continue" }]);
  });
});

describe("a directory", () => {
  const accounts: Readonly<Record<string, AccountInDirectory>> = {
    google: { identities: [{ issuer: "google.com", issuerAssignedId: `google of ${KIM}`, signInType: "federated" }], isMember: false },
    otherGoogle: { identities: [{ issuer: "google.com", issuerAssignedId: "2", signInType: "federated" }], isMember: false },
    facebook: { identities: [{ issuer: "facebook.com", issuerAssignedId: "3", signInType: "federated" }], isMember: false },
    member: { identities: [], isMember: true },
    guestOfEntra: { identities: [], isMember: false },
    local: { identities: [{ issuer: TENANT_DOMAIN, issuerAssignedId: KIM, signInType: "emailAddress" }], isMember: false },
  };
  const knowing = (...names: (keyof typeof accounts)[]): AccountDirectory => ({
    uses: [],
    accountsOf: async () => names.map((name) => accounts[name] as AccountInDirectory),
  });
  const failing: AccountDirectory = {
    uses: [],
    accountsOf: async () => {
      throw new UpstreamError({ service: "directory", kind: "timeout" });
    },
  };
  const told = (text: string) => ({ step: "after-sign-in", body: expect.stringContaining(text) });
  const goesOn = (found: string) => ({ step: "before-create-user", findings: [found, found] });
  const afterAnHour = new Date(NOW.getTime() + MS_PER_HOUR);

  it.each<{ has: (keyof typeof accounts)[]; comes: By; is: object }>([
    { has: [], comes: "google", is: goesOn("none") },
    { has: ["google"], comes: "google", is: goesOn("same") },
    { has: ["otherGoogle"], comes: "google", is: goesOn("other-id") },
    { has: ["google"], comes: "code", is: told(by("Google")) },
    { has: ["local"], comes: "google", is: told(address.en) },
    { has: ["local"], comes: "code", is: goesOn("same") },
    { has: ["member"], comes: "google", is: told(organisation.en) },
    { has: ["guestOfEntra"], comes: "google", is: goesOn("none") },
    { has: ["facebook"], comes: "google", is: goesOn("none") },
    { has: ["facebook", "google"], comes: "code", is: told(by("Google")) },
  ])("that has $has decides as expected on a person who comes by $comes", async ({ has, comes, is }) => {
    expect(await come({ directory: knowing(...has) }, memory(), { by: comes })).toMatchObject(is);
  });

  it("proves an account deleted if it lacks the account an hour after the sign-up; the account then blocks nobody", async () => {
    const tables = memory();
    await come({ directory: knowing() }, tables, { by: "google" });
    expect(await come({ directory: knowing() }, tables, { by: "code" })).toMatchObject(told(by("Google")));
    expect(await come({ directory: knowing() }, tables, { by: "code", now: afterAnHour })).toMatchObject(goesOn("none"));
    expect(await come({ directory: knowing() }, tables, { by: "google", now: afterAnHour })).toMatchObject(told(code.en));
  });

  it("proves nothing about other spellings of a mailbox if it lacks an account under one spelling", async () => {
    const tables = memory();
    await come({ directory: knowing() }, tables, { by: "code", email: "kim@gmail.com" });
    const later = { email: "kim+a@gmail.com", now: afterAnHour };
    expect(await come({ directory: knowing() }, tables, { by: "code", ...later })).toMatchObject(told(signedUpTexts.spelling.en));
    expect(await come({ directory: knowing() }, tables, { by: "google", ...later })).toMatchObject(told(code.en));
  });

  it("leaves the decision to the gate's memory, or else to the policy's option, if it does not answer", async () => {
    const tables = memory();
    const coming = { by: "code" } as const;
    await expect(come({ directory: failing }, tables, coming)).rejects.toThrow("directory");
    expect(await come({ directory: failing, unknown: "continue" }, tables, coming)).toMatchObject({ findings: ["unknown", "unknown"] });
    expect(await come({ directory: failing }, tables, { by: "google" })).toMatchObject(told(code.en));
  });

  it("is asked only at a call that could create a second account", async () => {
    let asked = 0;
    const counting: AccountDirectory = {
      uses: [],
      accountsOf: async () => {
        asked += 1;
        return [];
      },
    };
    const tables = memory();
    await come({ directory: counting }, tables, { by: "facebook" });
    expect(asked).toBe(0);
    await come({ directory: counting }, tables, { by: "google" });
    expect(asked).toBe(2);
    await come({ directory: counting }, tables, { by: "google" });
    expect(asked).toBe(2);
  });
});

describe("the complete result of the rule", () => {
  const google = { issuer: "google.com", issuerAssignedId: "1" };
  const facebook = { issuer: "facebook.com", issuerAssignedId: "2" };
  const local = { issuer: TENANT_DOMAIN, issuerAssignedId: KIM, signInType: "emailAddress" };
  const key = oneAccountKey(person(), hashOf);
  const kept = (cells: Row) =>
    [[key, { issuer: "google.com", at: NOW.toISOString(), expires: NOW.getTime() / 1_000 + 60, ...cells }]] as const;
  const accountOf = (name: string) => hashOf(`account\n${name}`);
  const address = hashOf(JSON.stringify(["address", KIM]));
  const everyone = (more: OneAccountOptions = {}) => oneAccount({ trust: everybody, ...more });
  const has = (...accounts: AccountInDirectory[]): OneAccountOptions => ({ directory: { uses: [], accountsOf: async () => accounts } });
  const exists = { kind: "block", reason: "account.exists" };
  const findingOf = async (...call: Parameters<typeof saidBy>) => {
    const said = await saidBy(...call);
    return said.kind === "continue" ? said.findings?.account : said.evidence;
  };

  it.each<{ by: string; identities: SignUp["identities"]; cells: object }>([
    { by: "Google", identities: [google], cells: { issuer: "google.com", accountId: accountOf("google.com/1") } },
    { by: "Entra", identities: [], cells: { issuer: "entra" } },
    { by: "a local account", identities: [local], cells: { issuer: "mail", local: true, accountId: accountOf(`mail/${KIM}`) } },
    {
      by: "a local account and Google",
      identities: [local, google],
      cells: { issuer: "mail", local: true, accountId: accountOf(`mail/${KIM}`) },
    },
    {
      by: "Google and a local account",
      identities: [google, local],
      cells: { issuer: "google.com", accountId: accountOf("google.com/1") },
    },
  ])("stores how a person signs up if they use $by", async ({ identities, cells }) => {
    const item = {
      ...key.key,
      personId: buildPersonId(KIM, hashOf),
      ...cells,
      address,
      at: NOW.toISOString(),
      expires: Math.ceil((NOW.getTime() + 1_095 * MS_PER_DAY) / 1_000),
    };
    const write = {
      table: "ledger",
      item,
      identityColumns: ["issuer"],
      onlyIfAdmitted: true,
      onConflict: { ...exists, message: oneAccountTexts["account.exists"] },
    };
    const signUp = person({ identities });
    const goesOn = { kind: "continue", findings: { account: "none" } };
    expect(await saidBy(everyone(), signUp)).toStrictEqual({ ...goesOn, effects: [{ ...write, condition: "absent" }] });
    // A row that is over, or that somebody wrote by hand, gives way unless it has changed since.
    const over = kept({ expires: NOW.getTime() / 1_000 });
    expect(await saidBy(everyone(), signUp, { rows: over })).toStrictEqual({
      ...goesOn,
      effects: [{ ...write, condition: { at: NOW.toISOString() } }],
    });
    expect(await saidBy(everyone(), signUp, { rows: kept({ at: undefined }) })).toStrictEqual({
      ...goesOn,
      effects: [{ ...write, condition: key.key }],
    });
    expect(await saidBy(everyone(), { ...signUp, step: "after-sign-in" })).toStrictEqual(goesOn);
  });

  it.each<{ given: string; identities: SignUp["identities"]; cells: Row; finds: unknown }>([
    {
      given: "the account, at another address",
      identities: [google],
      cells: { accountId: accountOf("google.com/1"), address: "other" },
      finds: "same",
    },
    { given: "another account at the address", identities: [google], cells: { accountId: "other", address }, finds: "other-id" },
    { given: "no account, at the address", identities: [], cells: { issuer: "entra", address }, finds: "same" },
    {
      given: "no account, at another spelling",
      identities: [],
      cells: { issuer: "entra", address: "other" },
      finds: { signedUpWith: "entra", knownBy: "gate", as: "another spelling" },
    },
    { given: "another provider", identities: [facebook], cells: { address }, finds: { signedUpWith: "google.com", knownBy: "gate" } },
  ])("uses the gate's memory: $given", async ({ identities, cells, finds }) =>
    expect(await findingOf(everyone(), person({ identities }), { rows: kept(cells) })).toStrictEqual(finds),
  );

  it.each<{ given: string; own: SignUp["identities"]; theirs: SignUp["identities"]; isMember?: boolean; trust?: string[]; finds: unknown }>(
    [
      { given: "an Entra account", own: [], theirs: [], isMember: true, finds: "same" },
      { given: "one of several identities", own: [facebook, google], theirs: [google], finds: "same" },
      { given: "identities without ids", own: [{ issuer: "google.com" }], theirs: [{ issuer: "google.com" }], finds: "other-id" },
      {
        given: "one provider of several",
        own: [google],
        theirs: [facebook, { issuer: "google.com", issuerAssignedId: "9" }],
        finds: "other-id",
      },
      { given: "a provider that nobody trusts beside one", own: [local], theirs: [google, facebook], trust: usual, finds: "none" },
      { given: "another provider", own: [google], theirs: [facebook], finds: { signedUpWith: "facebook.com", knownBy: "directory" } },
    ],
  )("uses the directory: $given", async ({ own, theirs, isMember = false, trust = everybody, finds }) => {
    const rule = oneAccount({ trust, ...has({ identities: theirs, isMember }) });
    expect(await findingOf(rule, person({ identities: own }))).toStrictEqual(finds);
  });

  it("asks the directory about an account that differs from the remembered one", async () => {
    const rows = kept({ accountId: "other", address });
    const rule = everyone(has({ identities: [google], isMember: false }));
    expect(await findingOf(rule, person({ identities: [google] }), { rows })).toBe("same");
  });

  it("fails if the directory fails by a programming error, whatever the gate remembers", async () => {
    const broken: AccountDirectory = { uses: [], accountsOf: () => Promise.reject(new TypeError("a fault")) };
    const rows = kept({ accountId: "other", address });
    await expect(saidBy(everyone({ directory: broken }), person({ identities: [google] }), { rows })).rejects.toThrow("a fault");
  });

  it.each<{ issuer: string; cells?: Row; names?: OneAccountOptions["names"]; tells: object }>([
    { issuer: "mail", tells: code },
    { issuer: "mail", cells: { local: true }, tells: signedUpTexts.address },
    { issuer: "mail", cells: { local: "yes" }, tells: code },
    { issuer: "mail", names: { mail: "our code" }, tells: { en: by("our code") } },
    { issuer: "https://accounts.google.com", tells: { en: by("Google") } },
    { issuer: "urn:contoso:idp", tells: { en: by("urn:contoso:idp") } },
    {
      issuer: OIDC,
      names: { [OIDC]: { en: "Contoso ID", ko: "콘토소 ID" } },
      tells: { en: by("Contoso ID"), ko: signedUpTexts.provider.ko.replaceAll("{provider}", "콘토소 ID") },
    },
  ])("names $issuer as $names in every language", async ({ issuer, cells = {}, names = {}, tells }) => {
    const rule = oneAccount({ trust: [issuer, "facebook.com"], names });
    const said = await saidBy(rule, person({ identities: [facebook] }), { rows: kept({ issuer, ...cells }) });
    expect(said).toMatchObject({ ...exists, message: tells });
  });
});

describe("the text for people", () => {
  it.each(Object.entries(signedUpTexts))(
    "%s is a full sentence in each language, fits a page, and has the same placeholders",
    (_, texts) => {
      for (const { language, fullStop } of catalogues) {
        const text = texts[language];
        expect([text.endsWith(fullStop), text.length < 200, text.normalize("NFC")]).toEqual([true, true, text]);
        expect(text.match(/\{\w+\}/g)).toEqual(texts.en.match(/\{\w+\}/g));
      }
      expect(new Set(Object.values(texts)).size).toBe(catalogues.length);
    },
  );
});

describe("wrong options are rejected", () => {
  it.each<{ options: unknown; says: string }>([
    { options: { trust: "mail" }, says: "trust must list" },
    { options: { trust: [] }, says: "trust is empty" },
    { options: { trust: ["issuer:mail"] }, says: "is not an identity provider" },
    { options: { names: { google: "" } }, says: 'names, "google": it has no text' },
    { options: { names: { google: { jp: "Google" } } }, says: '"jp" is not a language' },
    { options: { lasts: "29d" }, says: 'lasts is "29d"; it must be whole days from "30d" to "3650d"' },
    { options: { directory: true }, says: "directory takes entraDirectory" },
    { options: { unknown: "approval" }, says: 'unknown must be "block" or "continue"' },
    { options: { trsut: [] }, says: 'no option "trsut"' },
  ])("$options", ({ options, says }) => expect(() => oneAccount(options as OneAccountOptions)).toThrow(says));
});
