import { createRecords, withCurrentRows } from "../../../engine/sign-up/records";
import type { Context, RecordKey, Records, Row } from "../../../engine/sign-up/rule";
import type { Identity, SignUp } from "../../../engine/sign-up/sign-up";
import { NotAsked } from "../../../engine/sign-up/source";
import { profiles } from "../../../features/profiles/profiles";
import { memory, profile } from "../../engine/rules/memory-world";
import { NOW, person as personOf } from "../../engine/sign-up/people";

/** At a step that takes every provider's word. */
const person = (changes: Parameters<typeof personOf>[0] = {}) => personOf({ trust: "any", ...changes });

const google: Identity = { issuer: "google.com", issuerAssignedId: "1184" };
const mail: Identity = { issuer: "mail", issuerAssignedId: "kim@contoso.com" };
const facebook: Identity = { issuer: "facebook.com", issuerAssignedId: "77" };

async function found(trust: readonly string[], signUp: SignUp, rows: readonly (readonly [RecordKey, Row])[]) {
  const source = profiles({ trust });
  const keys = source.needs?.(signUp) ?? [];
  const { world } = memory(rows);
  const records: Records = createRecords(keys, await withCurrentRows(world).read(keys, AbortSignal.timeout(1_000)));
  const context = { records, now: NOW } as Context;
  return { attributes: await source.find(signUp, context), evidence: source.evidence?.(signUp, context) };
}

const asked = (trust: readonly string[], signUp: SignUp) =>
  profiles({ trust })
    .needs?.(signUp)
    ?.map(({ key }) => key.person);

describe("the profile of a person", () => {
  it.each([
    {
      given: "an account and a trusted issuer",
      trust: ["google"],
      identities: [google],
      keys: ["issuer:google.com/1184", "issuer:google/1184", "kim@contoso.com"],
    },
    { given: "an issuer under its alias", trust: [" Google "], identities: [{ issuer: "google.com" }], keys: ["kim@contoso.com"] },
    {
      given: "an issuer that is not trusted",
      trust: ["mail"],
      identities: [google],
      keys: ["issuer:google.com/1184", "issuer:google/1184"],
    },
    {
      given: "two issuers of which one is not trusted",
      trust: ["mail"],
      identities: [mail, facebook],
      keys: ["issuer:mail/kim@contoso.com", "issuer:facebook.com/77", "issuer:facebook/77"],
    },
    { given: "no identity, entra trusted", trust: ["entra"], identities: [], keys: ["kim@contoso.com"] },
    { given: "no identity, entra not trusted", trust: ["mail", "google.com"], identities: [], keys: [] },
    { given: "nobody trusted", trust: [], identities: [mail], keys: ["issuer:mail/kim@contoso.com"] },
    {
      given: "an issuer that is a URL",
      trust: ["https://login.contoso.com/v2"],
      identities: [{ issuer: "https://login.contoso.com/v2", issuerAssignedId: "A/b" }],
      keys: ["issuer:https:%2f%2flogin.contoso.com%2fv2/A/b", "kim@contoso.com"],
    },
  ])("is looked up with $given under $keys", ({ trust, identities, keys }) => expect(asked(trust, person({ identities }))).toEqual(keys));

  it("is looked up under the typed address and under the mailbox's canonical spelling", () =>
    expect(asked(["entra"], person({ email: "k.im+a@googlemail.com" }))).toEqual([
      "k.im+a@googlemail.com",
      "k.im@googlemail.com",
      "kim@gmail.com",
    ]));

  it("is not found by an address that an untrusted provider asserts", async () => {
    const rows = [[profile("kim@contoso.com"), { city: "Seoul" }]] as const;
    const untrusted = new NotAsked("untrusted");
    expect(await found(["mail"], person({ identities: [facebook] }), rows)).toEqual({ attributes: untrusted, evidence: {} });
    expect(await found(["mail"], person({ identities: [mail, facebook] }), rows)).toEqual({ attributes: untrusted, evidence: {} });
    // Nobody is known by an address there: it was looked for in all places.
    expect(await found([], person({ identities: [facebook] }), rows)).toEqual({ attributes: undefined, evidence: {} });
    expect(await found(["mail"], person({ identities: [mail] }), rows)).toEqual({
      attributes: { city: "Seoul" },
      evidence: { profile: "address" },
    });
  });

  const account = profile("issuer:google.com/1184");
  const address = profile("kim@contoso.com");
  it.each([
    { given: "account and address", rows: [[account, { city: "A" }] as const, [address, { city: "B", state: "C" }] as const], city: "A" },
    { given: "the account under the provider's alias", rows: [[profile("issuer:google/1184"), { city: "A" }] as const], city: "A" },
    {
      given: "an expired account row",
      rows: [[account, { city: "A", expiresAt: "2026-02-28" }] as const, [address, { city: "B" }] as const],
      city: "B",
    },
    { given: "an account row that has nothing to say", rows: [[account, { note: "x" }] as const, [address, { city: "B" }] as const] },
  ])("takes all its attributes from the first valid row: $given", async ({ rows, city }) => {
    const { attributes } = await found(["google.com"], person({ identities: [google] }), rows);
    expect(attributes).toEqual(city === undefined ? {} : { city });
  });
});

describe("the attributes of a row", () => {
  const cells = async (row: Row) => (await found(["entra"], person(), [[profile("kim@contoso.com"), row]])).attributes;

  it("are its attribute columns, and an invalid cell has no value", async () =>
    expect(
      await cells({
        displayName: "Kim Minseo",
        extension_PartnerNumber: "P-118003",
        extension_Level: 3,
        extension_Vip: false,
        note: "asked by phone",
        expiresAt: "2026-12-31",
        email: "x",
        identities: "x",
        action: "x",
        ui_locales: "x",
        code: "x",
        city: "",
        state: " ",
        country: null,
        jobTitle: true,
        tags: ["a"],
        more: { a: "b" },
        extension_Long: Number("1234567890123456789"),
      }),
    ).toEqual({
      displayName: "Kim Minseo",
      extension_PartnerNumber: "P-118003",
      extension_Level: 3,
      extension_Vip: false,
      ...{ city: null, state: null, country: null, jobTitle: null, tags: null, more: null, extension_Long: null },
    }));

  it.each<{ cell: unknown; where: string; changes: Partial<SignUp>; value: unknown }>([
    { cell: ["buyer", "auditor"], where: "a token", changes: { step: "before-sending-token" }, value: ["buyer", "auditor"] },
    { cell: ["buyer"], where: "an external tenant's form", changes: { source: "external-tenant" }, value: ["buyer"] },
    { cell: ["buyer"], where: "a collection of the tenant", changes: { listAttributes: ["roles"] }, value: ["buyer"] },
    { cell: ["buyer"], where: "another form", changes: {}, value: null },
    { cell: [], where: "a token", changes: { step: "before-sending-token" }, value: null },
    { cell: ["buyer", 3], where: "a token", changes: { step: "before-sending-token" }, value: null },
    { cell: [["buyer"]], where: "a token", changes: { step: "before-sending-token" }, value: null },
  ])("contain the list $cell as $value in $where", async ({ cell, changes, value }) =>
    expect((await found(["entra"], person(changes), [[profile("kim@contoso.com"), { roles: cell }]])).attributes).toEqual({ roles: value }),
  );

  it.each([
    { expiresAt: "2026-03-01", counts: true },
    { expiresAt: "2026-02-28", counts: false },
    { expiresAt: 1_772_366_399, counts: false },
    { expiresAt: 1_772_366_401, counts: true },
    { expiresAt: "soon", counts: false },
    { expiresAt: "", counts: false },
    { expiresAt: null, counts: false },
    { expiresAt: 1_893_456_000_000, counts: false },
  ])("are used with expiresAt $expiresAt: $counts", async ({ expiresAt, counts }) =>
    expect(await cells({ city: "Seoul", expiresAt })).toEqual(counts ? { city: "Seoul" } : undefined),
  );
});

it.each([
  { given: "a text", options: { trust: "mail" } },
  { given: "an empty name", options: { trust: ["mail", " "] } },
  { given: "an account", options: { trust: ["google.com/1184"] } },
  { given: "what is no text", options: { trust: [undefined] } },
])("the trust option rejects $given at load", ({ options }) => expect(() => profiles(options as never)).toThrow(/^profiles: .*trust/));
