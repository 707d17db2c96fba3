import { decide } from "../../../engine/sign-up/engine";
import { hashAccount } from "../../../engine/sign-up/person";
import { beforeSendingToken } from "../../../engine/sign-up/policy";
import { accessList } from "../../../features/access-list/rule";
import { proofsKey, proofWrite } from "../../../features/terms/proof";
import { terms } from "../../../features/terms/rule";
import { termsDue } from "../../../features/terms/terms-due";
import { memory } from "../../engine/rules/memory-world";
import { saidBy } from "../../engine/rules/said-by";
import { hashOf, person } from "../../engine/sign-up/people";

const current = (version: string) => terms("extension_Terms" as never, { version, files: { en: "terms.en.md" } });
const token = person({ step: "before-sending-token", source: "external-tenant" });
const proof = {
  attribute: "extension_Terms",
  language: "en",
  sha256: "e".repeat(64),
  at: "2026-01-05T08:00:00.000Z",
  reference: "K7QD-9MXD",
  emailProven: true,
};

async function claims(accepted: readonly string[], signUp = token, rule = termsDue(current("2026-02"))): Promise<object | undefined> {
  const tables = memory();
  for (const version of accepted)
    await tables.world.write(proofWrite({ ...proof, version }, proofsKey(token, hashOf, true), {}), new AbortController().signal);
  const { answer } = await decide(beforeSendingToken([rule]), signUp, tables.world);
  return answer.kind === "continue" ? answer.attributes : undefined;
}

describe("termsDue", () => {
  it.each([
    { given: "nothing", accepted: [], due: { terms_due: "2026-02" } },
    { given: "an older version", accepted: ["2026-01"], due: { terms_due: "2026-02" } },
    { given: "the current version", accepted: ["2026-02"], due: {} },
    { given: "both", accepted: ["2026-01", "2026-02"], due: {} },
  ])("names the version of the terms that is due if a person accepted $given", async ({ accepted, due }) => {
    expect(await claims(accepted)).toEqual(due);
  });

  it("sets the claim that the policy names", async () => {
    expect(await claims([], token, termsDue(current("7"), { claim: "extension_Due" }))).toEqual({ extension_Due: "7" });
  });

  it("names no due version if the person is unknown", async () => expect(await claims([], { ...token, email: "" })).toEqual({}));

  it("ignores the accepted version of another box", async () => {
    const privacy = terms("extension_Privacy" as never, { version: "2026-01", files: { en: "terms.en.md" } });
    expect(await claims(["2026-01"], token, termsDue(privacy))).toEqual({ terms_due: "2026-01" });
  });

  it.each([
    [() => termsDue(accessList() as never), /^termsDue takes a rule that terms\(\) made/],
    [() => termsDue(undefined as never), /^termsDue takes a rule that terms\(\) made/],
    [() => termsDue(current("1"), { claim: "email" }), /only Entra may/],
    [() => termsDue(current("1"), { claim: " " }), /^termsDue: claim is the name of a claim/],
  ])("refuses to be created with a wrong rule or claim: %#", (make, says) => expect(make).toThrow(says));
});

it("termsDue gives no claim to a person who accepted the current version, and names a newer one", async () => {
  const { slots, holder } = proofWrite({ ...proof, version: "7" }, proofsKey(token, hashOf, true), {});
  const rows = [[proofsKey(token, hashOf, true), { [slots]: [holder] }]] as const;
  expect(await saidBy(termsDue(current("7")), token, { rows })).toStrictEqual({ kind: "continue" });
  expect(await saidBy(termsDue(current("8")), token, { rows })).toStrictEqual({ kind: "continue", attributes: { terms_due: "8" } });
});

it.each([
  { whose: "a stranger's", account: "8", due: { terms_due: "7" } },
  { whose: "the account's own", account: "7", due: undefined },
])("termsDue counts an acceptance without a proven address only if the same account gave it: $whose", async ({ account, due }) => {
  const identities = [{ issuer: "facebook.com", issuerAssignedId: account }];
  const by = hashAccount([{ issuer: "facebook.com", issuerAssignedId: "7" }], hashOf) as string;
  const { key, slots, holder } = proofWrite(
    { ...proof, version: "7", emailProven: false, account: by },
    proofsKey(token, hashOf, false),
    {},
  );
  const rows = [[{ table: "ledger", key }, { [slots]: [holder] }]] as const;
  const said = await saidBy(termsDue(current("7")), { ...token, identities }, { rows });
  expect(said).toStrictEqual({ kind: "continue", ...(due && { attributes: due }) });
});
