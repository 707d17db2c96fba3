import type { Row } from "../../../engine/sign-up/rule";
import { buildPostureChanged } from "../../../features/posture/events";

const at = new Date("2026-06-01T08:00:00.000Z");
const tomorrow = "2026-06-02T08:00:00.000Z";
const common = { id: "suppliers.c1", time: at.toISOString(), gate: "suppliers" };
const row = (cells: Row): Row => ({ reference: "posture", id: "suppliers", revision: 1, ...cells });

it.each<{ what: string; row: Row | undefined; says: object }>([
  { what: "a row that was removed", row: undefined, says: { posture: "open" } },
  { what: "open", row: row({ state: "open", reason: "done", by: "lee" }), says: { posture: "open" } },
  {
    what: "closed until somebody changes it",
    row: row({ state: "closed", reason: "attack", by: "lee" }),
    says: { posture: "closed", reason: "attack", by: "lee" },
  },
  {
    what: "listed until tomorrow, by nobody named",
    row: row({ state: "listed", until: tomorrow }),
    says: { posture: "listed", until: tomorrow },
  },
  {
    what: "scheduled",
    row: row({ state: "closed", from: tomorrow, until: "2026-06-03T08:00:00.000Z", reason: "works", by: "lee" }),
    says: {
      posture: "open",
      scheduled: { posture: "closed", from: tomorrow, until: "2026-06-03T08:00:00.000Z", reason: "works" },
    },
  },
  {
    what: "scheduled without an end",
    row: row({ state: "listed", from: tomorrow }),
    says: { posture: "open", scheduled: { posture: "listed", from: tomorrow } },
  },
  {
    what: "set by a surge",
    row: row({ surgeSince: at.toISOString(), surgeUntil: tomorrow, surgeWindow: "w" }),
    says: expect.objectContaining({ posture: "approval", by: "Gatehouse", until: tomorrow }),
  },
])("an event describes the state of a gate: $what", ({ row: given, says }) => {
  const event = buildPostureChanged("suppliers", given, { id: "c1", at });
  expect(event).toEqual("asymmetricMatch" in says ? says : { ...common, ...says });
  expect(event).toMatchObject(common);
});
