import fc from "fast-check";
import { dnsChecks, type PartnerRow, partnerStanding, readPartner } from "../../../features/access-list/partner";
import { addedPartner, lookedFor } from "../../../features/partners/change";
import { newPartnerDomain, partnerDomain, partnerRecord } from "../../../features/partners/entries";

const START = new Date("2026-03-01T00:00:00.000Z");
const after = (days: number) => new Date(START.getTime() + days * 86_400_000);
const added = addedPartner({ domain: "contoso.com", token: "t0ken", by: "kim" }, START);

/** One look a step: what was found so many days after the domain was added. */
type Seen = readonly [days: number, look: (typeof dnsChecks)[number]];
const goneThrough = (looks: readonly Seen[]) => looks.reduce<PartnerRow>((row, [days, look]) => lookedFor(row, look, after(days)), added);

describe("a partner's domain", () => {
  it.each([
    { looks: [], state: "pending" },
    { looks: [[1, "missing"]], state: "pending" },
    { looks: [[1, "failed"]], state: "pending" },
    { looks: [[1, "wildcard"]], state: "pending" },
    { looks: [[89, "missing"]], state: "pending" },
    { looks: [[90, "missing"]], state: "lapsed" },
    { looks: [[90, "failed"]], state: "lapsed" },
    { looks: [[90, "found"]], state: "proven" },
    { looks: [[1, "found"]], state: "proven" },
    {
      looks: [
        [1, "found"],
        [2, "failed"],
      ],
      state: "proven",
    },
    {
      looks: [
        [1, "found"],
        [400, "failed"],
      ],
      state: "proven",
    },
    {
      looks: [
        [1, "found"],
        [2, "missing"],
      ],
      state: "stale",
    },
    {
      looks: [
        [1, "found"],
        [2, "wildcard"],
      ],
      state: "stale",
    },
    {
      looks: [
        [1, "found"],
        [2, "missing"],
        [8, "missing"],
      ],
      state: "stale",
    },
    {
      looks: [
        [1, "found"],
        [2, "missing"],
        [9, "missing"],
      ],
      state: "lapsed",
    },
    {
      looks: [
        [1, "found"],
        [2, "missing"],
        [9, "failed"],
      ],
      state: "lapsed",
    },
    {
      looks: [
        [1, "found"],
        [2, "missing"],
        [8, "found"],
      ],
      state: "proven",
    },
    {
      looks: [
        [1, "found"],
        [2, "missing"],
        [8, "found"],
        [9, "missing"],
        [15, "missing"],
      ],
      state: "stale",
    },
    {
      looks: [
        [90, "missing"],
        [91, "found"],
      ],
      state: "lapsed",
    },
  ] satisfies { looks: Seen[]; state: string }[])("after $looks it is $state", ({ looks, state }) =>
    expect(goneThrough(looks)).toMatchObject({ state, revision: 1 + looks.length }),
  );

  it("stays valid for a week after the first check without a record, even if later checks find none either", () => {
    const stale = goneThrough([
      [1, "found"],
      [2, "missing"],
    ]);
    expect(partnerStanding(stale, after(8.99))).toBe("stale");
    expect(partnerStanding(stale, after(9))).toBe("none");
    expect(partnerStanding(lookedFor(stale, "missing", after(3)), after(9))).toBe("none");
  });

  it("is not valid before its record is found, nor once the record has been missing for a week", () =>
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 30 }), fc.constantFrom(...dnsChecks)), { maxLength: 12 }), (steps) => {
        let day = 0;
        let row: PartnerRow = added;
        let missedSince: number | undefined = 0;
        for (const [days, look] of steps) {
          day += days;
          row = lookedFor(row, look, after(day));
          if (look === "found" && row.state !== "lapsed") missedSince = undefined;
          else if (look !== "failed") missedSince ??= day;
          expect(readPartner(row)).toBe(row);
          const counts = partnerStanding(row, after(day)) !== "none";
          if (missedSince === 0 || (missedSince !== undefined && day >= missedSince + 7)) expect(counts).toBe(false);
        }
      }),
    ));

  it("has its record under the name _gatehouse of the domain", () =>
    expect(partnerRecord(added)).toEqual({ name: "_gatehouse.contoso.com", value: "gatehouse-partner=t0ken" }));
});

it.each<{ typed: string; read: object; anyway?: object }>([
  { typed: " @Contoso.COM. ", read: { domain: "contoso.com" } },
  { typed: "bücher.example", read: { domain: "xn--bcher-kva.example" } },
  { typed: "eu.contoso.com", read: { domain: "eu.contoso.com" } },
  // Organisations that a list has: email-providers 2.26.0 or the public suffix list of tldts 7.4.
  ...["gov.scot", "gov.uk", "alibaba.com"].map((typed) => ({ typed, read: { flaw: "doubtful" }, anyway: { domain: typed } })),
  // Taken out of the list's data.
  ...["nus.edu.sg", "bt.com"].map((typed) => ({ typed, read: { domain: typed } })),
  ...["co.uk", "github.io", "onmicrosoft.com", "mailinator.com"].map((typed) => ({
    typed,
    read: { flaw: "doubtful" },
    anyway: { domain: typed },
  })),
  ...["gmail.com", "yahoo.co.uk", "btinternet.com", "privaterelay.appleid.com"].map((typed) => ({
    typed,
    read: { flaw: "mail-provider" },
  })),
  ...["com", "contoso", "*.contoso.com", "kim@contoso.com", "contoso .com", "", "1.2.3.4"].map((typed) => ({
    typed,
    read: { flaw: "no-domain" },
  })),
])("reads $typed as $read, or as $anyway once an operator confirms the domain", ({ typed, read, anyway = read }) => {
  expect(newPartnerDomain(typed, false)).toEqual(read);
  expect(newPartnerDomain(typed, true)).toEqual(anyway);
});

it("reads an existing domain, whatever the public lists contain", () => expect(partnerDomain("@Gov.Scot")).toBe("gov.scot"));
