import { incidentEvent } from "../../../features/incidents/events";
import type { Incident } from "../../../features/incidents/incident";

const at = "2026-11-20T04:00:00.000Z";
const endedAt = "2026-11-20T05:00:00.000Z";
const selection = { from: at, to: at };
const facts = { incident: "i-1", people: 3, selection };
const of = (given: Partial<Incident>): Incident => ({
  ...{ id: "i-1", at, by: "arn:kim", state: "open", selection, decisions: 4, people: 3, listed: 0, nameless: 0 },
  ...{ steps: [], expires: 2_000_000_000 },
  ...given,
});
const outcome = { disabled: 2, none: 1 };

it.each([
  ["contoso.com", "contoso.com"],
  ["kim@contoso.com", undefined],
  ["issuer:google.com/1184", undefined],
  ["issuer:google.com", "issuer:google.com"],
])("an event names no person: for the entry %s it contains %s", (entry, told) => {
  const event = incidentEvent(of({ state: "selecting" }), of({ selection: { ...selection, entry } }));
  expect(event?.detail.selection).toStrictEqual({ ...selection, ...(told !== undefined && { entry: told }) });
});

it.each<[string, Partial<Incident> | undefined, Partial<Incident>, object | undefined]>([
  [
    "a selection has found its people",
    { state: "selecting" },
    {},
    { type: "incident.opened.v1", detail: { ...facts, id: `i-1.open.${at}`, time: at, by: "arn:kim" } },
  ],
  [
    "acting ends",
    { state: "acting" },
    {
      ...{ state: "acted", changeSet: "c-1", outcome, revert: "c-0" },
      steps: [
        { what: "confirmed", at, by: "oid-park" },
        { what: "acted", at: endedAt, by: "oid-lee" },
      ],
    },
    {
      type: "incident.acted.v1",
      detail: { ...facts, id: `i-1.acted.${endedAt}`, time: endedAt, by: "oid-lee", confirmedBy: "oid-park", changeSet: "c-1", outcome },
    },
  ],
  [
    "acting ends in a row that says little",
    { state: "acting" },
    { state: "acted" },
    { type: "incident.acted.v1", detail: { ...facts, id: `i-1.acted.${at}`, time: at, by: "arn:kim", outcome: {} } },
  ],
  [
    "undoing ends",
    { state: "undoing" },
    { state: "undone", steps: [{ what: "undone", at: endedAt, by: "oid-park" }], changeSet: "c-1", revert: "c-2", outcome },
    {
      type: "incident.undone.v1",
      detail: { ...facts, id: `i-1.undone.${endedAt}`, time: endedAt, by: "oid-park", revert: "c-2", outcome },
    },
  ],
  [
    "undoing ends in a row that says little",
    { state: "undoing" },
    { state: "undone" },
    { type: "incident.undone.v1", detail: { ...facts, id: `i-1.undone.${at}`, time: at, by: "arn:kim", outcome: {} } },
  ],
  ["a selection begins", undefined, { state: "selecting" }, undefined],
  ["an incident comes from a backup", undefined, { state: "acted" }, undefined],
  ["acting begins", {}, { state: "acting" }, undefined],
  ["undoing begins", { state: "acted" }, { state: "undoing" }, undefined],
])("an incident sends the right event, or none, if %s", (_, before, after, event) => {
  expect(incidentEvent(before && of(before), of(after))).toStrictEqual(event);
});
