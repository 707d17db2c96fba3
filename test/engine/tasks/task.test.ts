import { changedTask, freshTask, isMentioned, isSnoozed, requestSubject, subjectParts, withNote } from "../../../engine/tasks/task";

const jae = { id: "oid-jae", name: "Jae Park" };
const now = new Date("2026-11-22T03:00:00.000Z");

it.each([
  ["domain/contoso.com", { kind: "domain", id: "contoso.com" }],
  ["access-run/2026/1", { kind: "access-run", id: "2026/1" }],
  ["contoso.com", undefined],
  ["domain/", undefined],
  ["/contoso.com", undefined],
  ["Domain/contoso.com", undefined],
])("a task's subject %s is read as its kind and id", (subject, parts) => expect(subjectParts(subject)).toEqual(parts));

it("a task's subject can name a request", () => expect(subjectParts(requestSubject("r1"))).toEqual({ kind: "request", id: "r1" }));

it("a task begins without notes or owner, and counts each change", () => {
  const subject = "request/r1";
  const fresh = freshTask(subject, "person-1");
  expect(fresh).toEqual({ subject, personId: "person-1", notes: [], turn: 0 });
  expect(freshTask(subject)).toStrictEqual({ subject, notes: [], turn: 0 });
  const owned = changedTask(fresh, { owner: jae });
  expect(owned).toEqual({ ...fresh, owner: jae, turn: 1 });
  expect(withNote(owned, "ask @Mira.", jae, now)).toEqual({
    ...owned,
    notes: [{ text: "ask @Mira.", by: jae, at: "2026-11-22T03:00:00.000Z", mentions: ["Mira"] }],
    turn: 2,
  });
});

it.each([
  ["@Administrator, please", ["Administrator"]],
  ["ask @Jae or @Jae", ["Jae"]],
  ["@박지재 님, @JaePark.", ["박지재", "JaePark"]],
  ["@jae.park... @ida-", ["jae.park", "ida"]],
  ["mira@contoso.com is one of us", []],
])("a note lists the people it mentions: %s", (text, mentions) =>
  expect(withNote(freshTask("domain/contoso.com"), text, jae, now).notes[0]?.mentions).toEqual(mentions),
);

it.each([
  { mentions: ["administrator"], isOf: true },
  { mentions: ["Jae"], isOf: true },
  { mentions: ["jaepark"], isOf: true },
  { mentions: ["Mira", "Jae"], isOf: true },
  { mentions: ["Park"], isOf: false },
  { mentions: ["Approver"], isOf: false },
])("the mention @$mentions means Jae Park, an Administrator: $isOf", ({ mentions, isOf }) =>
  expect(isMentioned({ mentions }, { name: "Jae Park", role: "Administrator" })).toBe(isOf),
);

it("a person without a role is mentioned only by name", () => {
  expect(isMentioned({ mentions: ["Jae"] }, { name: "Jae Park" })).toBe(true);
  expect(isMentioned({ mentions: ["Administrator"] }, { name: "Jae Park" })).toBe(false);
});

it("a task keeps the newest fifty notes", () => {
  let task = freshTask("domain/contoso.com");
  for (let count = 1; count <= 51; count++) task = withNote(task, `note ${count}`, jae, now);
  expect(task.notes.map(({ text }) => text)).toEqual(Array.from({ length: 50 }, (_, index) => `note ${index + 2}`));
});

it.each([
  [undefined, false],
  ["2026-11-22T03:00:00.000Z", false],
  ["2026-11-22T03:00:00.001Z", true],
])("a task postponed until %s is postponed now: %s", (snoozedUntil, isOff) => expect(isSnoozed({ snoozedUntil }, now)).toBe(isOff));
