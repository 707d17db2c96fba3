import { recordId, rowsUnder } from "../../../engine/sign-up/records";
import type { RecordKey, Row } from "../../../engine/sign-up/rule";
import { explainListResults, type ListResult } from "../../../features/access-list/explain-list";
import { accessList } from "../../../features/access-list/rule";
import { format, trim } from "../../../features/format/rule";
import { shadow } from "../../../features/shadow/rule";
import { key, person } from "../../engine/sign-up/people";
import { anyPolicy } from "../../support/any-policy";

const NOW = new Date("2026-06-15T12:00:00Z");
const google = person({ identities: [{ issuer: "google.com", issuerAssignedId: "1184" }] });

/** What a step's list of these rows makes of somebody, without the step. */
async function check(rows: readonly Row[], rules: Parameters<typeof anyPolicy>[0] = [accessList()], signUp = google) {
  const table = new Map(rows.map((row) => [recordId(key(String(row.entry))), row]));
  const checked = await explainListResults(anyPolicy(rules), signUp, async (keys: readonly RecordKey[]) => rowsUnder(keys, table), NOW);
  return checked.map(({ step, ...rest }) => {
    expect(step).toBe("before-create-user");
    return rest;
  });
}

const allow = (entry: string, cells: object = {}): Row => ({ entry, effect: "allow", ...cells });
const deny = (entry: string, cells: object = {}): Row => ({ entry, effect: "deny", ...cells });
const domain = { entry: "contoso.com", effect: "allow", level: "domain" };

it("a step without accessList does not use the list", async () =>
  expect(await check([allow("*")], [format({ city: trim })])).toEqual([{ verdict: "not asked", matches: [], ignored: [] }]));

it.each<{ given: string; rows: readonly Row[]; is: object }>([
  { given: "no row speaks of them", rows: [allow("other.example")], is: { verdict: "block", reason: "access-list.unlisted" } },
  { given: "a row admits them", rows: [allow("contoso.com")], is: { verdict: "continue", matches: [domain] } },
  {
    given: "a row refuses them",
    rows: [deny("contoso.com")],
    is: { verdict: "block", reason: "access-list.denied", matches: [{ ...domain, effect: "deny" }] },
  },
  {
    given: "two rows speak of them, the closer first",
    rows: [deny("*"), allow("contoso.com")],
    is: { verdict: "continue", matches: [domain, { entry: "*", effect: "deny", level: "everyone" }] },
  },
  {
    given: "a row that is over does not count",
    rows: [allow("contoso.com"), deny("kim@contoso.com", { expiresAt: "2026-06-14" })],
    is: {
      verdict: "continue",
      matches: [domain],
      ignored: [{ entry: "kim@contoso.com", effect: "deny", state: "expired", expiresAt: "2026-06-15T00:00:00.000Z" }],
    },
  },
  {
    given: "a partner's allow does not count without the partner",
    rows: [allow("kim@contoso.com", { byPartner: "contoso.com" })],
    is: {
      verdict: "block",
      reason: "access-list.unlisted",
      ignored: [{ entry: "kim@contoso.com", effect: "allow", state: "live", byPartner: "contoso.com" }],
    },
  },
  {
    given: "a class that the policy does not ask for",
    rows: [allow("contoso.com"), deny("relay")],
    is: { verdict: "continue", matches: [domain] },
  },
])("the check shows the list's answer for a person: $given", async ({ rows, is }) =>
  expect(await check(rows)).toStrictEqual([{ matches: [], ignored: [], ...is }]),
);

it("the check uses the classes that the policy names", async () => {
  const rules = [accessList({ classes: ["relay", "disposable"] })] as const;
  const relay = person({ email: "x7k2@privaterelay.appleid.com" });
  const matches: ListResult["matches"] = [{ entry: "relay", effect: "deny", level: "class" }];
  expect(await check([allow("*"), deny("relay")], rules, relay)).toMatchObject([
    { verdict: "block", matches: [...matches, { entry: "*", effect: "allow", level: "everyone" }] },
  ]);
});

it("the check ignores a match by address if the policy does not trust the address's provider", async () => {
  const rows = [allow("contoso.com"), allow("*")];
  const everyone = { entry: "*", effect: "allow", level: "everyone" };
  expect(await check(rows, [accessList({ trust: ["mail"] })])).toMatchObject([
    { verdict: "continue", matches: [everyone], ignored: [{ entry: "contoso.com", effect: "allow", state: "live" }] },
  ]);
  expect(await check(rows, [accessList({ trust: ["google.com"] })])).toMatchObject([{ matches: [domain, everyone], ignored: [] }]);
});

it("the check reports each list of a step, and marks one in shadow", async () => {
  const [counts, reports] = await check([deny("contoso.com")], [accessList(), shadow(accessList())]);
  expect(counts).not.toHaveProperty("shadow");
  expect(reports).toMatchObject({ verdict: "block", shadow: true });
});
