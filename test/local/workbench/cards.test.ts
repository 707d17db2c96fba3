import { join } from "node:path";
import { keyedHash } from "../../../engine/sign-up/person";
import { recordId } from "../../../engine/sign-up/records";
import type { RecordKey, Row } from "../../../engine/sign-up/rule";
import { invitePerson } from "../../../features/approvals/invite-person";
import { packageRoot } from "../../../lib/app-root";
import { loadPolicyFolder } from "../../../lib/policy-folder/policy-folder";
import { readPolicyDomains } from "../../../local/first-policy/chosen";
import { buildCards } from "../../../local/workbench/cards";
import type { CardTables } from "../../../local/workbench/live-tables";
import type { CallingTenant } from "../../../simulator/client/visit";
import { alice, at, rowOf } from "../../features/approvals/requests";
import { policyFolder } from "../../support/policy-folder";

/** An instance's tables with the lists that people are made from. */
function tablesWith(accessList: readonly Row[], referenceData: readonly Row[] = []): CardTables {
  const rows = new Map([
    ...accessList.map((row) => [recordId({ table: "accessList", key: { entry: String(row.entry) } }), row] as const),
    ...referenceData.map(
      (row) => [recordId({ table: "referenceData", key: { list: String(row.list), value: String(row.value) } }), row] as const,
    ),
  ]);
  return {
    read: async (keys: readonly RecordKey[]) =>
      new Map(keys.map(recordId).flatMap((id) => (rows.has(id) ? [[id, rows.get(id) as Row]] : []))),
    hashes: async () => ({ hashOf: keyedHash("x") }),
    cardRows: async () => ({ accessList, referenceData, approvals: [] }),
  };
}

const samples: readonly Row[] = [
  { entry: "contoso.com", effect: "allow" },
  { entry: "blocked@contoso.com", effect: "deny" },
  { entry: "issuer:facebook.com", effect: "deny" },
  { entry: "expired.example", effect: "allow", expiresAt: "2024-12-31" },
];
const CODE = "extension_InvitationCode";

const workforce: CallingTenant = { kind: "workforce" };
const tenants: readonly CallingTenant[] = [
  workforce,
  { kind: "b2c" },
  { kind: "external-tenant", id: "7a1d4f0e-52c3-4d8b-9a6f-31be0c9d2e45" },
];

const cardsAt = async (folder: string, tables: CardTables, tenant: CallingTenant = workforce, custom: readonly string[] = []) => {
  const path = join(packageRoot, folder);
  const cards = await buildCards(loadPolicyFolder(path), { gate: undefined, tenant, custom, domains: readPolicyDomains(path) }, tables);
  return cards.map(({ name, person, outcome }) => `${name} ${person.email}: ${outcome}`);
};

describe("cardsOf", () => {
  it.each(tenants)("makes people from the list, each with the outcome that the policy predicts: $kind", async (tenant) => {
    expect(await cardsAt("policy", tablesWith(samples), tenant)).toEqual([
      "allowed kim@contoso.com: let-in",
      "unlisted yuna@unlisted.example: refused",
      "denied blocked@contoso.com: refused",
      "provider kim@contoso.com: refused",
      "expired lee@expired.example: refused",
      "korean minji@unlisted.example: refused",
    ]);
  });

  it("leaves out people who are stopped by an attribute that no form collects", async () => {
    const rules = "accessList(), validate(v.object({ jobTitel: v.string() }))";
    const source = `import { accessList, beforeCreateUser, validate } from "entra-gatehouse";\nimport * as v from "valibot";\nexport default beforeCreateUser([${rules}], { trust: "any" });\n`;
    const mistyped = loadPolicyFolder(policyFolder({ "before-create-user.ts": source }));
    const cards = await buildCards(mistyped, { gate: undefined, tenant: workforce, custom: [], domains: [] }, tablesWith(samples));
    expect(cards.map(({ name, outcome }) => `${name}: ${outcome}`)).toEqual(
      expect.arrayContaining(["unlisted: refused", "denied: refused"]),
    );
    expect(cards.map(({ name }) => name)).not.toContain("allowed");
  });

  it.each([
    { who: "list", shows: ["allowed kim@contoso.com: let-in", "unlisted yuna@unlisted.example: refused"] },
    { who: "domains", shows: ["colleague lena@contoso.com: let-in", "approval yuna@unlisted.example: approval"] },
    { who: "invited", shows: ["allowed kim@contoso.com: let-in", "uninvited yuna@unlisted.example: refused"] },
    { who: "open", shows: ["open yuna@unlisted.example: let-in", "denied blocked@contoso.com: refused"] },
  ])("shows the outcomes if the answer to who may sign up is $who", async ({ who, shows }) => {
    expect(await cardsAt(`samples/policies/who-${who}`, tablesWith(samples))).toEqual(expect.arrayContaining(shows));
  });

  it("uses another unlisted person if an entry names the usual one", async () => {
    const rows = [...samples, { entry: "yuna@unlisted.example", effect: "allow" }];
    const cards = await cardsAt("policy", tablesWith(rows));
    expect(cards).toContain("unlisted dana@unlisted.example: refused");
    expect(cards.join()).not.toMatch(/open yuna/);
  });

  it.each([
    { what: "an empty list", rows: [], cards: ["unlisted yuna@unlisted.example: refused", "korean minji@unlisted.example: refused"] },
    {
      what: "a list that allows everybody",
      rows: [{ entry: "*", effect: "allow" }],
      cards: ["allowed kim@unlisted.example: let-in", "open yuna@unlisted.example: let-in", "korean minji@unlisted.example: let-in"],
    },
    {
      what: "a list that denies a domain",
      rows: [{ entry: "evil.example", effect: "deny" }],
      cards: ["unlisted yuna@unlisted.example: refused", "denied sam@evil.example: refused", "korean minji@unlisted.example: refused"],
    },
  ])("shows only the cards that are possible with $what", async ({ rows, cards }) => {
    expect(await cardsAt("policy", tablesWith(rows))).toEqual(cards);
  });

  it.each([
    { folder: "samples/policies/approval", outcome: "approval" },
    { folder: "policy", outcome: "refused" },
  ])("includes a person whose entry requires approval, with the outcome $outcome by $folder", async ({ folder, outcome }) => {
    const rows = [
      ...samples,
      { entry: "gone.example", effect: "approval", expiresAt: "2024-12-31" },
      { entry: "wait.example", effect: "approval" },
    ];
    const cards = await cardsAt(folder, tablesWith(rows));
    expect(cards.filter((card) => card.startsWith("referred"))).toEqual([`referred ines@wait.example: ${outcome}`]);
  });

  it("includes a person who requests approval if the policy requires it", async () => {
    expect(await cardsAt("samples/policies/approval", tablesWith(samples))).toContain("approval yuna@unlisted.example: approval");
  });

  it("has a person whose request was made by passcode sign in so again", async () => {
    const identities = [{ signInType: "federated", issuer: "mail", issuerAssignedId: at.approved.email }];
    const cardRows = async () => ({ accessList: [], referenceData: [], approvals: [{ ...at.approved, identities }] });
    const read: CardTables["read"] = async (keys) =>
      new Map(keys.filter(({ table }) => table === "approvals").map((key) => [recordId(key), at.approved as unknown as Row]));
    const path = join(packageRoot, "samples/policies/approval");
    const cards = await buildCards(
      loadPolicyFolder(path),
      { gate: undefined, tenant: workforce, custom: [], domains: readPolicyDomains(path) },
      { ...tablesWith([]), read, cardRows },
    );
    expect(cards.flatMap(({ name, person }) => (name === "approved" ? [person.issuer] : []))).toEqual(["mail"]);
  });

  it("says that a returning person has the account that the approval made", async () => {
    const provisioned = { ...at.provisioned, changedAt: new Date().toISOString() };
    const request = provisioned as unknown as Row;
    const tables = tablesWith([]);
    const read: CardTables["read"] = async (keys) => {
      const asked = keys.filter(({ table }) => table === "approvals").map((key) => [recordId(key), request] as const);
      return new Map([...(await tables.read(keys)), ...asked]);
    };
    const cardRows = async () => ({ accessList: [], referenceData: [], approvals: [provisioned] });
    const cards = await cardsAt("samples/policies/approval", { ...tables, read, cardRows });
    expect(cards).toContain(`approved ${provisioned.email}: has-account`);
  });

  it("signs up no invited person, because that would use the invitation", async () => {
    const sending = { by: alice, days: 7, code: "ABCD-EFGH" };
    const hash = keyedHash("x");
    const request = rowOf(invitePerson(undefined, { email: "vera@fineart.example", gate: undefined }, sending, hash, new Date()));
    const read: CardTables["read"] = async (keys) =>
      new Map(keys.filter(({ key }) => key.id === request.id).map((key) => [recordId(key), request as unknown as Row]));
    const cardRows = async () => ({ accessList: [], referenceData: [], approvals: [request] });
    expect(await cardsAt("samples/policies/who-invited", { ...tablesWith([]), read, cardRows })).toEqual([
      "uninvited yuna@unlisted.example: refused",
      "korean minji@unlisted.example: refused",
    ]);
  });

  it("includes people with right, wrong and forgotten codes if the policy asks for a code", async () => {
    const codes = [
      { list: CODE, value: "WELCOME-7F3K" },
      { list: CODE, value: "WELCOME-0LD1", expiresAt: "2024-12-31" },
    ];
    const cards = await cardsAt("samples/policies/invitation-codes", tablesWith(samples, codes), workforce, [CODE]);
    expect(cards.filter((card) => /code|forgets/.test(card))).toEqual([
      "code kim@contoso.com: let-in",
      "expired-code kim@contoso.com: correction",
      "wrong-code kim@contoso.com: correction",
      "forgets kim@contoso.com: correction",
    ]);
  });

  it.each([
    { folder: "samples/policies/terms", attribute: "extension_Terms" },
    { folder: "samples/policies/minimum-age", attribute: "extension_Born" },
  ])("guesses form values that no list gives: $folder", async ({ folder, attribute }) => {
    const cards = await cardsAt(folder, tablesWith(samples), workforce, [attribute]);
    expect(cards).toContain("allowed kim@contoso.com: let-in");
    expect(cards).toContain("forgets kim@contoso.com: correction");
  });

  it("shows one card for people whose outcome only a real sign-up can show", async () => {
    for (let start = 0; start < 2; start++) {
      const cards = await cardsAt("samples/policies/mail-facts", tablesWith(samples));
      expect(cards.filter((card) => card.includes("yuna@"))).toEqual(["approval yuna@unlisted.example: undefined"]);
      // Whatever else runs in the process may take it away.
      delete process.env.GATEHOUSE_ENDPOINT_DNS;
    }
  });

  it.each([
    { folder: "samples/policies/approval", rows: samples },
    { folder: "samples/policies/idology", rows: samples },
    { folder: "samples/policies/experian", rows: samples },
    { folder: "policy", rows: [{ entry: "kim@contoso.com", effect: "allow", issuer: "mail" }] },
  ])("fills in every value that its form collects: $folder", async ({ folder, rows }) => {
    const path = join(packageRoot, folder);
    const job = { gate: undefined, tenant: workforce, custom: [], domains: [] };
    const [card] = await buildCards(loadPolicyFolder(path), job, tablesWith(rows));
    const { collects = [], claims = {}, form = {} } = card?.person ?? {};
    expect(collects.map(({ name }) => name).filter((name) => !claims[name] && !form[name])).toEqual([]);
  });

  it("includes a person whose vendor is down, and predicts nothing that only the vendor decides", async () => {
    const cards = await cardsAt("samples/policies/idology", tablesWith(samples));
    expect(cards).toContain("vendor-down kim@contoso.com: refused");
    expect(cards).toContain("allowed kim@contoso.com: undefined");
  });
});
