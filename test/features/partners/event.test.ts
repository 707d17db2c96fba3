import { addedPartner, lookedFor } from "../../../features/partners/change";
import { buildPartnerChanged } from "../../../features/partners/events";

const NOW = new Date("2026-06-01T08:00:00.000Z");
const at = new Date("2026-06-02T08:00:00.000Z");
const added = addedPartner({ domain: "northwind.example", token: "0123456789abcdef", by: "lee" }, NOW);
const proven = lookedFor(added, "found", NOW);
const stale = lookedFor(proven, "missing", NOW);
const changed = (before: object | undefined, after: object | undefined) =>
  buildPartnerChanged("northwind.example", before as typeof added, after as typeof added, { id: "c1", at });

const common = { id: "northwind.example.c1", time: at.toISOString(), domain: "northwind.example" };
const day = (days: number) => new Date(NOW.getTime() + days * 86_400_000).toISOString();

it.each([
  { what: "added", before: undefined, after: added, event: { state: "pending", until: day(90) } },
  { what: "proven", before: added, after: proven, event: { state: "proven", before: "pending", look: "found" } },
  { what: "stale", before: proven, after: stale, event: { state: "stale", before: "proven", until: day(7), look: "missing" } },
  { what: "removed", before: stale, after: undefined, event: { state: "removed", before: "stale" } },
  { what: "added over a row that cannot be read", before: { state: "odd" }, after: added, event: { state: "pending", until: day(90) } },
])("an event names the change of a partner: $what", ({ before, after, event }) => {
  expect(changed(before, after)).toEqual({ ...common, ...event });
});

it("a check that changes nothing sends no event", () => {
  expect(changed(proven, lookedFor(proven, "found", at))).toBeUndefined();
  expect(changed(added, lookedFor(added, "missing", at))).toBeUndefined();
});

it("a row that is no partner's is rejected", () => {
  expect(() => changed(proven, { ...proven, state: "odd" })).toThrow(new TypeError("The row is no partner."));
});
