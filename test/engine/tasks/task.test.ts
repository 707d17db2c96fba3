import { freshTask, isMentioned, isSnoozed, withNote } from "../../../engine/tasks/task";

const jae = { id: "oid-jae", name: "Jae Park" };
const now = new Date("2026-11-22T03:00:00.000Z");

it.each([
  ["@Administrator, please", ["Administrator"]],
  ["ask @Jae or @Jae", ["Jae"]],
  ["@박지재 님, @JaePark.", ["박지재", "JaePark"]],
  ["mira@contoso.com is one of us", []],
])("hears who a note asks to look: %s", (text, mentions) =>
  expect(withNote(freshTask("domain/contoso.com"), text, jae, now).notes[0]?.mentions).toEqual(mentions),
);

it.each([
  { mention: "administrator", isOf: true },
  { mention: "Jae", isOf: true },
  { mention: "jaepark", isOf: true },
  { mention: "Park", isOf: false },
  { mention: "Approver", isOf: false },
])("is Jae Park, an Administrator, asked by @$mention: $isOf", ({ mention, isOf }) =>
  expect(isMentioned({ mentions: [mention] }, { name: "Jae Park", role: "Administrator" })).toBe(isOf),
);

it("keeps the newest fifty notes", () => {
  let task = freshTask("domain/contoso.com");
  for (let count = 1; count <= 51; count++) task = withNote(task, `note ${count}`, jae, now);
  expect(task.notes.map(({ text }) => text)).toEqual(Array.from({ length: 50 }, (_, index) => `note ${index + 2}`));
});

it.each([
  [undefined, false],
  ["2026-11-22T03:00:00.000Z", false],
  ["2026-11-22T03:00:00.001Z", true],
])("is put off until %s: %s", (snoozedUntil, isOff) => expect(isSnoozed({ snoozedUntil }, now)).toBe(isOff));
