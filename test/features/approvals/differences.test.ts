import type { ApprovalState } from "../../../features/approvals/request";
import { changedSince, type EarlierChange, findDifferences } from "../../../features/approvals/request-facts";
import { approved } from "./requests";

const { reference, decision } = approved;
const before = { city: "Seoul", tier: "gold", languages: "ko" };

it.each([
  { given: "nothing was approved before", earlier: undefined, now: before, differs: [] },
  { given: "nothing changed", earlier: before, now: before, differs: [] },
  {
    given: "a value changed",
    earlier: before,
    now: { ...before, city: "Busan" },
    differs: [{ name: "city", before: "Seoul", now: "Busan" }],
  },
  { given: "a value is new", earlier: before, now: { ...before, unit: 7 }, differs: [{ name: "unit", before: undefined, now: 7 }] },
  {
    given: "values are gone",
    earlier: before,
    now: { tier: "gold" },
    differs: [
      { name: "city", before: "Seoul", now: undefined },
      { name: "languages", before: "ko", now: undefined },
    ],
  },
])("the differences between a request and the earlier approved one are found: $given", ({ earlier, now, differs }) => {
  if (decision === undefined) throw new Error("nobody decided");
  const request = { attributes: now, ...(earlier && { earlier: { reference, decision, attributes: earlier } }) };
  expect(findDifferences(request as Parameters<typeof findDifferences>[0])).toEqual(differs);
});

describe("the news for the approver of a person who asked before", () => {
  type Asked = Parameters<typeof changedSince>[0];
  const google = [{ issuer: "google.com", issuerAssignedId: "1184" }];
  const facebook = [{ issuer: "facebook.com", issuerAssignedId: "7" }];
  const line = (to: ApprovalState, from: ApprovalState | "none" = "none") =>
    ({ at: "2026-03-01T12:00:00.000Z", from, to, by: { kind: "cli", name: "alice" } }) as const;
  const again = { ...line("pending", "denied"), by: { kind: "gatehouse", name: "sign-up" } } as const;
  const asked = (cells: Partial<Asked> = {}): Asked => ({ attributes: before, identities: google, history: [line("pending")], ...cells });
  const earlier = (attributes: Asked["attributes"]) => ({ reference, decision: decision as NonNullable<typeof decision>, attributes });

  it.each<[string, Asked, Pick<Asked, "attributes" | "identities"> | undefined, readonly EarlierChange[]]>([
    ["nothing, of a first request", asked(), undefined, []],
    ["nothing, where all is as it was approved", asked({ earlier: earlier(before) }), undefined, []],
    ["another name than was approved", asked({ attributes: { ...before, surname: "Lee" }, earlier: earlier(before) }), undefined, ["name"]],
    [
      "other attributes than were approved",
      asked({ attributes: { ...before, city: "Busan" }, earlier: earlier(before) }),
      undefined,
      ["attributes"],
    ],
    [
      "another name among other attributes",
      asked({ attributes: { ...before, city: "Busan", displayName: "Kim" }, earlier: earlier(before) }),
      undefined,
      ["name", "attributes"],
    ],
    ["nothing, where they asked by another address with the same", asked(), { attributes: before, identities: google }, []],
    ["another provider", asked(), { attributes: before, identities: facebook }, ["provider"]],
    [
      "another given name and city than by another address",
      asked(),
      { attributes: { ...before, city: "Busan", givenName: "Kim" }, identities: google },
      ["name", "attributes"],
    ],
    ["that they were denied", asked({ history: [line("pending"), line("denied"), again] }), undefined, ["denied"]],
    ["nothing of a denial that was undone", asked({ history: [line("denied"), line("pending", "denied")] }), undefined, []],
    ["nothing of the denial of this request", asked({ history: [line("pending"), line("denied")] }), undefined, []],
    [
      "all at once",
      asked({ attributes: { ...before, displayName: "Kim", city: "Busan" }, history: [line("denied"), again] }),
      { attributes: before, identities: facebook },
      ["name", "provider", "attributes", "denied"],
    ],
  ])("is %s", (_, request, other, expected) => expect(changedSince(request, other)).toEqual(expected));
});
