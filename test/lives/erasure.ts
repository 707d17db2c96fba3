import { editedRows } from "../../adapters/tables/edited-rows";
import { type Item, toRow } from "../../adapters/tables/item";
import { tables } from "../../adapters/tables/tables";
import { readNamedPerson } from "../../features/access-list/entry";
import { beginErasure, erasureJob, erasureSubject, isErasing } from "../../features/person/store/erasure-job";
import { erasureHandler } from "../../features/person/worker";
import { hashOf, type Person, people } from "./people";
import { BrokenPromise } from "./promises";
import { dateOf, type Scene } from "./scene";

/** Where something about people is kept. What the trail says of other things may mention them in free text. */
const searched = ["list", "decisions", "approvals", "accounts", "ledger", "values", "profiles"];

/** Somebody asks to be forgotten, and an administrator erases them in the console. */
export async function erasePerson(scene: Scene): Promise<void> {
  const { chance, tell, town, verdicts } = scene;
  const { email } = chance.oneOf(people.filter(({ email }) => !email.endsWith("@contoso.com"))) as Person;
  const named = readNamedPerson(email);
  if (named === undefined) return;
  const person = erasureSubject(named, hashOf);
  const job = await town.run(async (mortal) => {
    const ledger = editedRows(mortal.tables, "ledger", tables.ledger.key);
    const now = dateOf(scene);
    const current = await erasureJob(ledger, person);
    if (current !== undefined && isErasing(current.job, now)) return undefined;
    return await beginErasure(ledger, current, { person, by: "admin", name: "Admin", list: true, approvals: true }, now);
  });
  if (job === undefined) return;
  verdicts.forget(email);
  const { run } = job.job;
  const isOver = await town.run(async (mortal) => {
    // A failure is in the job's row, and in the log.
    await erasureHandler(mortal)({ typed: email, run }).catch(() => undefined);
    return true;
  });
  const { job: ended } = (await erasureJob(editedRows(town.world.tables, "ledger", tables.ledger.key), person)) ?? {};
  tell(`erase: ${isOver === true && ended?.run === run ? ended.state : "killed"}`, email);
  if (isOver === true && ended?.run === run && ended.state === "done") await assertForgotten(scene, email);
}

/** Nothing that names the person is left in any table. */
async function assertForgotten({ town }: Scene, email: string): Promise<void> {
  for (const TableName of searched) {
    const { Items } = await town.world.tables.call<{ Items: readonly Item[] }>("Scan", { TableName });
    const left = Items.map(toRow).find((row) => JSON.stringify(row).toLowerCase().includes(email));
    if (left !== undefined) throw new BrokenPromise(`nothing of an erased person is left: ${JSON.stringify({ TableName, email, left })}`);
  }
}
