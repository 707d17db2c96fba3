import { mayBeSame, type NamedAuthor } from "../../../engine/audited-change";
import { incidentEvent } from "../../../features/incidents/events";
import type { Incident, IncidentState, IncidentStep, PersonState } from "../../../features/incidents/incident";
import {
  addStep,
  countStillDisabled,
  fateOfAccount,
  fateOfUndoing,
  type IncidentObjection,
  type IncidentVerb,
  incidentObjection,
  isKeepingOut,
  isOut,
  markBegun,
} from "../../../features/incidents/steps";
import { incidentFact } from "../../../features/incidents/store/rows";
import { flawsOf } from "../../events/schema";

const at = "2026-11-20T04:00:00.000Z";
/** They came back. */
const last = "2026-11-20T09:00:00.000Z";
const kim = { by: "arn:aws:sts::111111111111:assumed-role/Operator/kim@contoso.com" };
const lee = { by: "b3c2", name: "lee@contoso.com" };

function incident(given: Partial<Incident>): Incident {
  return {
    id: "20261120-040000000-k7qd",
    at,
    by: kim.by,
    state: "open",
    selection: { from: "2026-11-16T04:00:00.000Z", to: at },
    decisions: 30,
    people: 30,
    listed: 0,
    nameless: 0,
    steps: [],
    expires: 2_000_000_000,
    ...given,
  };
}

/** The same with one step more. */
const step = (given: Partial<Incident>, what: IncidentStep, who: NamedAuthor, time = at) => {
  return { ...given, ...addStep(incident(given), what, who, time) };
};
const asked = step({}, "asked", kim);
const confirmed = step(asked, "confirmed", lee);
const acted = step(step({ ...confirmed, state: "acted" }, "acting", kim), "acted", kim);

it.each<[string, IncidentVerb, Partial<Incident>, number, IncidentObjection | undefined]>([
  ["twenty people by one person", "act", { people: 20 }, 0, undefined],
  ["21 people by one person", "act", { people: 21 }, 0, "second-person"],
  ["21 people of three days by one person", "act", { people: 21, selection: { from: "2026-11-17T04:00:00.000Z", to: at } }, 0, undefined],
  ["21 people of longer ago", "act", { people: 21, selection: { from: "2026-11-17T03:59:59.000Z", to: at } }, 0, "second-person"],
  ["21 people, asked for and not confirmed", "act", { people: 21, ...asked }, 0, "second-person"],
  ["21 people, confirmed", "act", { people: 21, ...confirmed }, 0, undefined],
  ["nobody", "act", { people: 0 }, 0, "nobody"],
  ["a selection that was cut off", "act", { state: "selecting" }, 0, "unfinished"],
  ["after a month", "act", { people: 3 }, 31, "too-late"],
  ["what was cut off, after a month", "act", { ...acted, state: "acting" }, 31, undefined],
  ["21 people by hand in the row", "act", { ...step({}, "acting", kim), state: "acting", people: 21 }, 0, "second-person"],
  ["again, for accounts that were not found", "act", acted, 1, undefined],
  ["what was undone", "act", { ...acted, state: "undone" }, 1, "undone"],
  ["what is being undone", "act", { ...acted, state: "undoing" }, 1, "undone"],
  ["by whom it was asked", "confirm", step({}, "asked", lee), 0, "own"],
  ["by the same name elsewhere", "confirm", step({}, "asked", { by: "arn:aws:sts::1:assumed-role/Operator/Lee@contoso.com" }), 0, "own"],
  ["by another", "confirm", asked, 0, undefined],
  ["that nobody asked for", "confirm", {}, 0, "not-asked"],
  ["a second time", "confirm", confirmed, 0, "confirmed"],
  ["after a month", "confirm", asked, 31, "too-late"],
  ["after 30 days", "undo", acted, 30, undefined],
  ["after 31 days", "undo", acted, 31, "too-late"],
  ["what was begun to be undone, after 31 days", "undo", { ...acted, state: "undoing" }, 31, undefined],
  ["what was cut off", "undo", { ...acted, state: "acting" }, 0, undefined],
  ["before anything was done", "undo", {}, 0, "nothing-done"],
  ["twice", "undo", { ...acted, state: "undone" }, 0, "undone"],
  ["what left an account disabled", "undo", { ...acted, state: "undone", outcome: { enabled: 1, disabled: 1 } }, 0, undefined],
])("a request to change an incident is accepted or refused: %s: %s", (_, verb, given, days, objection) => {
  expect(incidentObjection(verb, incident(given), lee, new Date(Date.parse(at) + days * 86_400_000))).toBe(objection);
});

it.each<[NamedAuthor, NamedAuthor, boolean]>([
  [kim, kim, true],
  [kim, lee, false],
  [kim, { by: "c9", name: "Kim@contoso.com" }, true],
  [{ by: "kim@laptop" }, { by: "kim@laptop" }, true],
  [{ by: "oid-1" }, { by: "oid-2" }, false],
])("decides if two authors may be the same person: %j, %j", (one, other, same) => {
  expect(mayBeSame(one, other)).toBe(same);
});

it("counts the accounts that stay disabled after an undo", () => {
  expect(countStillDisabled({ outcome: { disabled: 2, disabling: 3, enabling: 4, enabled: 5, none: 6 } })).toBe(9);
  expect([countStillDisabled({ outcome: { enabled: 1 } }), countStillDisabled({})]).toEqual([0, 0]);
});

const account = (createdDateTime: string, accountEnabled = true) => ({ id: `at ${createdDateTime}`, createdDateTime, accountEnabled });
const then = account("2026-11-20T04:00:07Z");
const before = account("2026-11-19T04:00:00Z");
const off = { ...then, accountEnabled: false };

it.each<[string, Parameters<typeof fateOfAccount>[0], PersonState, object]>([
  ["an account of the sign-up", [then], "selected", { disable: then }],
  [
    "one that Entra's clock has a little earlier",
    [account("2026-11-20T03:59:10Z")],
    "selected",
    { disable: account("2026-11-20T03:59:10Z") },
  ],
  ["one as early as clocks differ", [account("2026-11-20T03:59:00Z")], "selected", { disable: account("2026-11-20T03:59:00Z") }],
  ["one earlier than that", [account("2026-11-20T03:58:59Z")], "selected", { state: "other" }],
  ["one that Entra takes an hour for", [account("2026-11-20T10:00:00Z")], "selected", { disable: account("2026-11-20T10:00:00Z") }],
  ["one that comes later", [account("2026-11-20T10:00:01Z")], "selected", { state: "other" }],
  ["no account", [], "selected", { state: "none" }],
  ["an older account", [before], "selected", { state: "other" }],
  ["an account of the last sign-up", [account("2026-11-20T09:59:00Z")], "selected", { disable: account("2026-11-20T09:59:00Z") }],
  ["one made by hand a day later", [account("2026-11-21T04:00:00Z")], "selected", { state: "other" }],
  ["an account without a time", [account("")], "selected", { state: "other" }],
  ["an older account beside it", [before, then], "selected", { disable: then }],
  ["two of that time", [then, { ...then, id: "other" }], "selected", { state: "several" }],
  ["one that somebody has disabled", [off], "selected", { state: "already" }],
  ["ours, cut off before the call", [then], "disabling", { disable: then }],
  ["ours, cut off after the call", [off], "disabling", { state: "disabled" }],
  ["ours, deleted meanwhile", [], "disabling", { state: "gone" }],
])("an act of an incident takes the right step for %s", (_, found, state, fate) => {
  expect(fateOfAccount(found, { at, last, state })).toEqual(fate);
});

it("a known account that no longer exists counts as gone", () => {
  expect(fateOfAccount([], { at, last, state: "refused", account: "oid-1" })).toEqual({ state: "gone" });
});

it.each<[string, Parameters<typeof fateOfUndoing>[0], PersonState, unknown]>([
  ["an account that is still disabled", off, "disabled", "enable"],
  ["one that somebody enabled", then, "disabled", { state: "changed" }],
  ["one that we enabled, cut off before that was written", then, "enabling", { state: "enabled" }],
  ["one that we never came to disable", then, "disabling", { state: "selected" }],
  ["one that we disabled, cut off before that was written", off, "disabling", "enable"],
  ["one that was deleted", undefined, "disabled", { state: "gone" }],
])("an undo of an incident takes the right step for %s", (_, found, state, fate) => {
  expect(fateOfUndoing(found, state)).toEqual(fate);
});

it.each<[IncidentState, PersonState, boolean]>([
  // Interrupted: some of its people may be shut out by now.
  ["acting", "selected", true],
  ["acted", "disabled", true],
  ["acted", "already", true],
  ["acted", "listed", false],
  ["acted", "enabling", false],
  ["open", "selected", false],
  ["undoing", "disabled", false],
  ["undone", "enabled", false],
])("decides if an incident in state %s keeps out a person in state %s: %s", (state, person, is) => {
  expect(isKeepingOut({ state }) && isOut({ state: person })).toBe(is);
});

const run = step({ ...confirmed, state: "acting" }, "acting", kim);
const ended = { outcome: { disabled: 2 } };
const later = "2026-11-20T05:00:00.000Z";
const undoing = { ...acted, ...markBegun(incident(acted), "undo", { by: lee.by }, at) } as const;

it.each<[string, Partial<Incident> | undefined, Partial<Incident>, string | undefined, string | undefined]>([
  ["a selection that begins", undefined, { state: "selecting" }, undefined, undefined],
  ["one that has found its people", { state: "selecting" }, step({}, "opened", kim), "incident.opened.v1", `incident.opened by ${kim.by}`],
  ["who asks for a second person", {}, asked, undefined, `incident.asked by ${kim.by}`],
  ["who confirms in the console", asked, confirmed, undefined, `incident.confirmed by ${lee.by} in the console`],
  ["acting that begins", confirmed, run, undefined, `incident.acting by ${kim.by}`],
  ["the id of the change set", run, { ...run, changeSet: "s" }, undefined, undefined],
  ["how far it is", run, { ...run, outcome: { disabled: 1 }, aliveUntil: 7, work: "running" }, undefined, undefined],
  [
    "acting that ends",
    run,
    step({ ...run, ...ended, state: "acted" }, "acted", kim, later),
    "incident.acted.v1",
    `incident.acted by ${kim.by}`,
  ],
  ["undoing that begins", acted, undoing, undefined, `incident.undoing by ${lee.by}`],
  [
    "undoing that ends",
    undoing,
    step({ ...undoing, ...ended, state: "undone" }, "undone", { by: lee.by }, later),
    "incident.undone.v1",
    `incident.undone by ${lee.by}`,
  ],
  ["one who is enabled again", acted, step(acted, "enabled", lee), undefined, `incident.enabled by ${lee.by} in the console`],
  ["a request that nobody works on yet", acted, { ...acted, wish: "enable", wishedBy: "oid", work: "waiting" }, undefined, undefined],
  ["a row that was edited by hand", acted, { ...acted, people: 1 }, undefined, "incident.changed outside"],
  [
    "a row that was edited beside a request",
    acted,
    { ...acted, people: 1, wish: "undo", work: "waiting" },
    undefined,
    "incident.changed outside",
  ],
  [
    "who asked, if somebody changed that by hand",
    asked,
    { steps: asked.steps.map((each) => ({ ...each, by: lee.by })) },
    undefined,
    "incident.changed outside",
  ],
  ["steps that somebody added by hand, two at once", {}, confirmed, undefined, "incident.changed outside"],
  ["steps that somebody took away", confirmed, asked, undefined, "incident.changed outside"],
  ["a row that a backup or somebody put there", undefined, acted, undefined, "incident.changed outside"],
])("sends an event and a trail entry for %s", (_, was, is, event, entry) => {
  const [before, after] = [was && incident(was), incident(is)];
  const told = incidentEvent(before, after);
  expect(told?.type).toBe(event);
  if (told !== undefined) expect(flawsOf(told.type)(told.detail)).toEqual([]);
  const fact = incidentFact({ ...(before && { before: { ...before, part: before.id } }), after: { ...after, part: after.id } });
  const { by, via } = fact?.author ?? {};
  expect(fact && `${fact.action} ${by === undefined ? "outside" : `by ${by}${via === "console" ? " in the console" : ""}`}`).toBe(entry);
});

it("writes the steps taken to the trail, and nothing about how the people signed in", () => {
  const { state, people, selection } = incident({});
  const open = { ...incident({}), part: "i-1" };
  const shown = { people, selection };
  expect(
    incidentFact({ before: { ...open, state: "selecting" }, after: { ...open, ...addStep(incident({}), "opened", kim, at) } }),
  ).toStrictEqual({
    action: "incident.opened",
    author: { by: kim.by, via: "command" },
    subject: "i-1",
    before: { state: "selecting", ...shown },
    after: { state, ...shown },
  });
  const whom = { person: "hash-of-ann", reference: "K7QD-9MXD", id: "d-1" };
  const enabled = { ...open, ...addStep(incident({}), "enabled", { ...lee, act: "a-1", whom }, at) };
  expect(incidentFact({ before: open, after: enabled })).toStrictEqual({
    action: "incident.enabled",
    act: "a-1",
    author: { ...lee, via: "console" },
    subject: "i-1",
    person: "hash-of-ann",
    before: { state, ...shown },
    after: { state, ...shown, reference: "K7QD-9MXD" },
  });
  const erased = { ...open, ...addStep(incident({}), "enabled", { ...lee, act: "a-1" }, at) };
  expect(incidentFact({ before: enabled, after: erased })).toBeUndefined();
  expect(incidentFact({ before: { state: "acted", changeSet: "c-1" } })).toStrictEqual({
    action: "incident.removed",
    subject: "",
    before: { state: "acted", changeSet: "c-1" },
  });
});
