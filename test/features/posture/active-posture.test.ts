import { activePosture, parseBeginning, postureKey, readPosture, scheduledPosture } from "../../../features/posture/posture";

const now = new Date("2030-06-15T12:00:00.000Z");
const [before, exactly, after, later] = [
  "2030-06-15T11:59:59.999Z",
  "2030-06-15T12:00:00.000Z",
  "2030-06-15T12:00:00.001Z",
  "2030-07-01T00:00:00.000Z",
];
const closed = { state: "closed" };
const surge = { state: "approval", by: "Gatehouse" };

// A row typed by hand may hold anything. What cannot be read leaves the gate listed at least, from now on.
it.each<{ given: string; row: object | undefined; current?: object; scheduled?: object }>([
  { given: "no row", row: undefined },
  { given: "an open gate", row: { state: "open" } },
  { given: "a gate set for good", row: { state: "closed" }, current: closed },
  { given: "capitals and spaces", row: { state: " Closed " }, current: closed },
  {
    given: "who, why and since when",
    row: { state: "listed", reason: "bots", by: "id", name: "Kim", since: before },
    current: { state: "listed", reason: "bots", by: "Kim", since: before },
  },
  { given: "an identity without a name", row: { state: "listed", by: "id" }, current: { state: "listed", by: "id" } },
  { given: "texts that are none", row: { state: "closed", reason: "", by: 7 }, current: closed },
  { given: "a long reason", row: { state: "closed", reason: "x".repeat(301) }, current: { ...closed, reason: "x".repeat(300) } },
  { given: "a beginning in this moment", row: { state: "closed", from: exactly }, current: { ...closed, from: exactly } },
  { given: "a beginning a moment later", row: { state: "closed", from: after }, scheduled: { ...closed, from: after } },
  { given: "an end in this moment", row: { state: "closed", until: exactly } },
  { given: "an end a moment later", row: { state: "closed", until: after }, current: { ...closed, until: after } },
  {
    given: "a time to come",
    row: { state: "closed", from: after, until: later },
    scheduled: { ...closed, from: after, until: later },
  },
  { given: "a day that is today", row: { state: "closed", from: "2030-06-15" }, current: { ...closed, from: "2030-06-15T00:00:00.000Z" } },
  { given: "an unknown state", row: { state: "shut" }, current: { state: "listed", unreadable: "state" } },
  { given: "no state", row: {}, current: { state: "listed", unreadable: "state" } },
  {
    given: "a misspelt state beside the one of an open gate",
    row: { state: "open", stat: "closed" },
    current: { state: "listed", unreadable: "stat" },
  },
  { given: "another name for the state", row: { state: "open", Posture: "closed" }, current: { state: "listed", unreadable: "Posture" } },
  {
    given: "a misspelt state beside a surge that is over",
    row: { surgeUntil: before, stat: "closed" },
    current: { state: "listed", unreadable: "stat" },
  },
  { given: "a misspelt end of a closed gate", row: { state: "closed", untill: before }, current: { ...closed, unreadable: "untill" } },
  {
    given: "a misspelt beginning",
    row: { state: "approval", form: later },
    current: { state: "listed", unreadable: "form" },
  },
  { given: "an open gate that was put back from a backup", row: { state: "open", restored: before } },
  {
    given: "an open gate with an end nobody can read",
    row: { state: "open", until: "soon" },
    current: { state: "listed", unreadable: "until" },
  },
  {
    given: "approval with a beginning nobody can read",
    row: { state: "approval", from: "soon" },
    current: { state: "listed", unreadable: "from" },
  },
  {
    given: "a closed gate with an end nobody can read",
    row: { state: "closed", until: "soon" },
    current: { ...closed, unreadable: "until" },
  },
  {
    given: "an end before the beginning",
    row: { state: "approval", from: later, until: after },
    current: { state: "listed", unreadable: "until" },
  },
  { given: "an end at the beginning", row: { state: "closed", from: later, until: later }, current: { ...closed, unreadable: "until" } },
  { given: "a surge", row: { surgeUntil: after, surgeSince: before }, current: { ...surge, since: before, until: after } },
  { given: "a surge that is over", row: { surgeUntil: exactly } },
  { given: "a surge with an end nobody can read", row: { surgeUntil: "soon" }, current: { ...surge, unreadable: "surgeUntil" } },
  {
    given: "a closed gate that a spreadsheet's number ends",
    row: { state: "closed", until: 46_418 },
    current: { ...closed, unreadable: "until" },
  },
  { given: "a surge that a zero time ends", row: { surgeUntil: "0001-01-01T00:00:00Z" }, current: { ...surge, unreadable: "surgeUntil" } },
  { given: "a surge of an open gate", row: { state: "open", surgeUntil: after }, current: { ...surge, until: after } },
  { given: "a surge of a stricter gate", row: { state: "listed", surgeUntil: after }, current: { state: "listed" } },
  {
    given: "a surge of a gate set alike",
    row: { state: "approval", by: "Kim", surgeUntil: after },
    current: { state: "approval", by: "Kim" },
  },
])("reads a gate's current and scheduled state from a row with $given", ({ row, current, scheduled }) => {
  expect(activePosture(row as never, now)).toEqual(current);
  expect(scheduledPosture(row as never, now)).toEqual(scheduled);
});

it.each([
  { cell: "2030-06-15", begins: "2030-06-15T00:00:00.000Z" },
  { cell: " 2030-06-15 ", begins: "2030-06-15T00:00:00.000Z" },
  { cell: "2030-06-15T12:00:00Z", begins: exactly },
  { cell: 1_907_755_200, begins: exactly },
  { cell: "soon", begins: undefined },
  { cell: "2570-06-15", begins: undefined },
  { cell: null, begins: undefined },
])("reads the beginning $cell as $begins", ({ cell, begins }) => {
  const moment = parseBeginning(cell);
  expect(moment === undefined ? undefined : new Date(moment).toISOString()).toBe(begins);
});

it("a gate without a name has a row with the id default, and the row may stay unread", () => {
  expect(postureKey()).toEqual({ table: "decisions", key: { reference: "posture", id: "default" }, mayStayUnread: true });
  expect(postureKey("suppliers").key).toEqual({ reference: "posture", id: "suppliers" });
  expect([readPosture(" OPEN "), readPosture("opened"), readPosture(1)]).toEqual(["open", undefined, undefined]);
});
