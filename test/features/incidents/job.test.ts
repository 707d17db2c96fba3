import type { Incident } from "../../../features/incidents/incident";
import { isWorkedOn, jobOf, requested } from "../../../features/incidents/job";

const now = new Date("2026-11-20T04:00:00.000Z");
const of = (given: Partial<Incident>) => given as Incident;
const asked = { wish: "act", wishedBy: "oid-lee", wishedName: "Lee", work: "waiting" } as const;
const who = { by: "oid-lee", name: "Lee" };

it.each<[string, Partial<Incident>, object | undefined]>([
  ["nobody has begun", asked, { verb: "act", who, listOnly: false }],
  ["a worker was at it", { ...asked, wish: "undo", work: "running", listOnly: true }, { verb: "undo", who, listOnly: true }],
  ["it is done", { ...asked, work: "done" }, undefined],
  ["it was refused", { ...asked, work: "refused" }, undefined],
  ["it failed", { ...asked, work: "failed" }, undefined],
  ["nobody says how far it is", { ...asked, work: undefined as never }, undefined],
  ["nobody wants anything", { ...asked, wish: undefined as never }, undefined],
  ["nobody says who wants it", { ...asked, wishedBy: undefined as never }, undefined],
])("what is still to be done, where %s", (_, given, job) => expect(jobOf(of(given))).toEqual(job));

it.each<[string, Partial<Incident>, boolean]>([
  ["it said so until a moment from now", { work: "running", aliveUntil: now.getTime() + 1 }, true],
  ["that time is over", { work: "running", aliveUntil: now.getTime() }, false],
  ["it never said so", { work: "running" }, false],
  ["nobody has begun", { work: "waiting", aliveUntil: now.getTime() + 1 }, false],
  ["it is done", { work: "done", aliveUntil: now.getTime() + 1 }, false],
])("whether a worker is at it, where %s: %s", (_, given, is) => expect(isWorkedOn(of(given), now)).toBe(is));

it("a job begins from nothing, whatever was done for the one before", () => {
  const columns = {
    wish: "undo",
    wishedBy: "oid-lee",
    wishedAt: now.toISOString(),
    listOnly: true,
    work: "waiting",
    aliveUntil: 0,
    done: 0,
  };
  expect(requested({ verb: "undo", who, listOnly: true }, now)).toEqual({ ...columns, wishedName: "Lee" });
  expect(requested({ verb: "undo", who: { by: "oid-lee" }, listOnly: true }, now)).toEqual({ ...columns, wishedName: "oid-lee" });
});
