import { decide } from "../../../engine/sign-up/engine";
import type { PersonHashes } from "../../../engine/sign-up/person";
import { buildPersonId, keyedHash } from "../../../engine/sign-up/person";
import { beforeCreateUser } from "../../../engine/sign-up/policy";
import type { Row } from "../../../engine/sign-up/rule";
import type { SignUp } from "../../../engine/sign-up/sign-up";
import type { Put } from "../../../engine/sign-up/verdict";
import { searchProviderWord, verifiedAddressClaim } from "../../../features/external-tenant/journey";
import { lookup, onlyDomains, profiles } from "../../../index";
import { memory, profile } from "../../engine/rules/memory-world";
import { hashOf, NOW, person } from "../../engine/sign-up/people";

const google = { issuer: "google.com", signInType: "federated", issuerAssignedId: "1184" };
const other = { ...google, issuerAssignedId: "5577" };
const CORRELATION = "d3d2c1b0-a998-4776-8554-3f2e1d0c9b88";
const MINUTE = 60_000;

/** Somebody whose address stands in the attribute alone. */
const shown = (changes: Partial<SignUp> = {}): SignUp =>
  person({ source: "external-tenant", correlationId: CORRELATION, identities: [google], ...changes });
const atStart = (changes: Partial<SignUp> = {}) => shown({ step: "after-sign-in", ...changes });
const atSubmit = (changes: Partial<SignUp> = {}) => shown({ emailTyped: true, ...changes });

const signal = new AbortController().signal;
const policy = beforeCreateUser([onlyDomains(["contoso.com"])], { trust: "any" });

interface Journey {
  readonly start?: Partial<SignUp>;
  readonly submit?: Partial<SignUp>;
  readonly hashes?: PersonHashes;
  /** After the first call, in milliseconds. */
  readonly after?: number;
}

/** What becomes of the second call. */
async function submitted({ start = {}, submit = {}, hashes = { hashOf }, after = 5 * MINUTE }: Journey) {
  const { world, reads } = memory();
  const word = verifiedAddressClaim(atStart(start), hashOf, NOW);
  if (word !== undefined) await world.write(word, signal);
  const { answer } = await decide(policy, atSubmit(submit), {
    ...world,
    ...hashes,
    beginSearch: searchProviderWord,
    now: new Date(NOW.getTime() + after),
  });
  return { kind: answer.kind, keys: reads.flat().length };
}

describe("the address of the form counts as the provider's word", () => {
  it.each<Journey & { where: string }>([
    { where: "the journey is the one in which the provider said so" },
    { where: "the form was open for an hour", after: 60 * MINUTE },
    { where: "the key of the hashes has changed since", hashes: { hashOf: keyedHash("new"), otherHashOf: hashOf } },
    { where: "the gate is the same", start: { gate: "partners" }, submit: { gate: "partners" } },
    {
      where: "the accounts come in another order",
      start: { identities: [google, { ...other, issuer: "facebook.com" }] },
      submit: { identities: [{ ...other, issuer: "facebook.com" }, google] },
    },
  ])("if $where", async (journey) => expect((await submitted(journey)).kind).toBe("continue"));
});

describe("a second address that a provider proves in one journey", () => {
  it.each([
    { given: "while that one lasts", after: 60 * MINUTE, goesOn: false },
    { given: "once that one is over, though its row is still there", after: 60 * MINUTE + 1, goesOn: true },
  ])("counts only after the first expires: $given", async ({ after, goesOn }) => {
    const { world } = memory();
    const at = (ms: number) => new Date(NOW.getTime() + ms);
    const first = verifiedAddressClaim(atStart({ email: "kim@fabrikam.com" }), hashOf, NOW);
    const second = verifiedAddressClaim(atStart(), hashOf, at(after));
    for (const word of [first, second]) if (word !== undefined) await world.write(word, signal);
    const { answer } = await decide(policy, atSubmit(), { ...world, beginSearch: searchProviderWord, now: at(after + MINUTE) });
    expect(answer.kind === "continue").toBe(goesOn);
  });
});

describe("the address of the form counts as typed", () => {
  it.each<Journey & { where: string }>([
    { where: "it is another one", start: { email: "kim@fabrikam.com" } },
    { where: "another spelling of the mailbox was said", start: { email: "kim+x@contoso.com" } },
    { where: "the journey is another one of the same person", submit: { correlationId: "b1f0c2d3-0000-4776-8554-3f2e1d0c9b88" } },
    { where: "somebody else replays the correlation id", submit: { identities: [other] } },
    { where: "somebody else replays it beside an account of their own", submit: { identities: [google, other] } },
    { where: "another provider has an account of this id", submit: { identities: [{ ...google, issuer: "facebook.com" }] } },
    { where: "the gate is another one", start: { gate: "partners" } },
    { where: "the form was open for longer than an hour", after: 60 * MINUTE + 1_000 },
    { where: "the first call had a typed one", start: { emailTyped: true } },
    { where: "the first call was of a connector", start: { source: "b2c" } },
    {
      where: "the journey has no correlation id",
      start: { correlationId: undefined as never },
      submit: { correlationId: undefined as never },
    },
    { where: "its correlation id is absurdly long", start: { correlationId: "x".repeat(129) }, submit: { correlationId: "x".repeat(129) } },
    {
      where: "the provider names no account",
      start: { identities: [{ issuer: "google.com" }] },
      submit: { identities: [{ issuer: "google.com" }] },
    },
    { where: "nobody knows the provider", start: { identities: [{ issuer: "unknown" }] }, submit: { identities: [{ issuer: "unknown" }] } },
    {
      where: "there was no account but the address",
      start: { identities: [{ issuer: "mail", issuerAssignedId: "kim@contoso.com" }] },
      submit: { identities: [{ issuer: "mail", issuerAssignedId: "kim@contoso.com" }] },
    },
  ])("if $where", async (journey) => expect((await submitted(journey)).kind).toBe("block"));

  it("if the rows of the journey were not looked up", async () =>
    expect((await decide(policy, atSubmit(), memory().world)).answer).toMatchObject({ kind: "block", reason: "domain.not-allowed" }));

  it.each([
    { cells: { expires: undefined } },
    { cells: { address: undefined } },
    { cells: { address: true } },
    { cells: { expires: "9999999999" } },
  ])("if somebody edited the row to $cells", async ({ cells }) => {
    const { world, put } = memory();
    const { item } = verifiedAddressClaim(atStart(), hashOf, NOW) as Put;
    put({ table: "ledger", key: { id: String(item.id) } }, { ...item, ...cells } as Row);
    expect((await decide(policy, atSubmit(), { ...world, beginSearch: searchProviderWord })).answer.kind).toBe("block");
  });
});

it("the address that the provider proved first counts, even if the form is shown again with another address", async () => {
  const { world } = memory();
  for (const email of ["kim@fabrikam.com", "kim@contoso.com"]) {
    await world.write(verifiedAddressClaim(atStart({ email }), hashOf, NOW) as never, signal);
  }
  expect((await decide(policy, atSubmit(), { ...world, beginSearch: searchProviderWord })).answer.kind).toBe("block");
});

it("the stored row names neither address nor journey, belongs to the person, and ends after an hour", () => {
  const word = verifiedAddressClaim(atStart(), hashOf, NOW);
  expect(word).toMatchObject({ table: "ledger", condition: "absent", item: { expires: NOW.getTime() / 1_000 + 3_600 } });
  expect(Object.keys(word?.item ?? {}).sort()).toEqual(["address", "expires", "id", "personId"]);
  expect(JSON.stringify(word)).not.toMatch(/kim|contoso|google|1184|d3d2/);
});

describe("the one read at the form", () => {
  it("has an additional key if the provider's word may matter", async () => expect((await submitted({})).keys).toBe(1));

  it.each<{ of: string; submit: Partial<SignUp> }>([
    { of: "an address that is proven", submit: { emailTyped: undefined as never } },
    { of: "a connector", submit: { source: "b2b" } },
  ])("has no additional key for $of", async ({ submit }) => expect((await submitted({ submit })).keys).toBe(0));

  it("includes the rows that rules need for a proven address", async () => {
    const { world, reads } = memory([[profile("kim@contoso.com"), { city: "Ulsan" }]]);
    await world.write(verifiedAddressClaim(atStart(), hashOf, NOW) as never, signal);
    const { answer } = await decide(beforeCreateUser([lookup(profiles())], { trust: ["google.com"] }), atSubmit(), {
      ...world,
      beginSearch: searchProviderWord,
    });
    expect(answer).toEqual({ kind: "continue", attributes: { city: "Ulsan" } });
    expect(reads).toHaveLength(1);
  });
});

describe("a journey that continues after sign-in", () => {
  const journey = (ids: readonly string[], gate: string | null = null) => JSON.stringify(["journey", gate, CORRELATION, ...ids]);
  const [id, email] = [journey(["google.com/1184"]), "kim@contoso.com"];
  const key = { table: "ledger", key: { id: `journey/${hashOf(id)}` } };

  it("is stored under its own hash, with hashes of the person and of the address that the provider gave", () => {
    expect(verifiedAddressClaim(atStart(), hashOf, NOW)).toStrictEqual({
      table: "ledger",
      item: {
        ...key.key,
        address: hashOf(JSON.stringify([id, email])),
        personId: buildPersonId(email, hashOf),
        expires: NOW.getTime() / 1_000 + 3_600,
      },
      condition: "absent",
      expiresBefore: NOW.getTime() / 1_000,
    });
    const { item } = verifiedAddressClaim(atStart({ gate: "partners", identities: [other, google] }), hashOf, NOW) as Put;
    expect(item.id).toBe(`journey/${hashOf(journey(["google.com/1184", "google.com/5577"], "partners"))}`);
  });

  it("is looked up at the form under each hash key", () => {
    const otherHashOf = keyedHash("old");
    const { emailTyped: _, ...confirmed } = atSubmit();
    const lookup = searchProviderWord(atSubmit(), { hashOf, otherHashOf });
    expect(lookup?.keys).toEqual([key, { table: "ledger", key: { id: `journey/${otherHashOf(id)}` } }]);
    expect(lookup?.likely).toStrictEqual(confirmed);
  });

  it.each<[string, Partial<SignUp>, boolean]>([
    ["as it is", {}, true],
    ["with an id as long as may be", { correlationId: "x".repeat(128) }, true],
    ["with a longer one", { correlationId: "x".repeat(129) }, false],
    ["at another step", { step: "before-sending-token" }, false],
    ["without an address", { email: "" }, false],
    ["without an account", { identities: [] }, false],
    ["with an account beside an address", { identities: [google, { issuer: "mail", issuerAssignedId: email }] }, false],
    ["with an account without an id beside it", { identities: [google, { issuer: "facebook.com" }] }, false],
    ["by a connector", { source: "b2b" }, false],
  ])("is stored and looked up only if the provider's word can matter: %s", (_, changes, is) => {
    expect(verifiedAddressClaim(atStart(changes), hashOf, NOW) !== undefined).toBe(is);
    expect(searchProviderWord(atSubmit(changes), { hashOf }) !== undefined).toBe(is);
  });

  it("is not stored at the form, nor looked up before the form", () => {
    expect(verifiedAddressClaim(shown(), hashOf, NOW)).toBeUndefined();
    expect(searchProviderWord(atStart({ emailTyped: true }), { hashOf })).toBeUndefined();
  });
});
