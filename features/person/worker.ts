import { composeHandler } from "../../adapters/aws/compose-handler";
import { environment, requireVariable } from "../../adapters/aws/environment";
import { personHash } from "../../adapters/aws/person-key";
import { functionPlace, makeMember } from "../../adapters/operator/world";
import { readErrorTrace } from "../../adapters/report";
import { workNotes } from "../../adapters/tables/work-notes";
import type { World } from "../../adapters/world";
import { type ErasureCall, runErasure } from "./store/run-erasure";
import { erasingStores } from "./world";

export function erasureHandler({
  settings,
  tables: client,
  secrets,
  clock,
  log,
}: Pick<World, "settings" | "tables" | "secrets" | "clock" | "log">) {
  const hashes = personHash(secrets, requireVariable(environment.personKeySecret, settings), clock);
  const place = { ...functionPlace(client, settings), hashes };
  // Throws if a table is not set: an erasure that skips one would count as done.
  for (const table of ["profiles", "approvals", "accounts", "audit"] as const) place.nameOf(table);
  const stores = makeMember(erasingStores, place);
  const notes = workNotes({ settings, tables: client, clock, log }, "erasure");
  /** Tells failed erasures apart, so that another person's erasure does not remove the note. */
  const hashPerson = async (person: string) => (await hashes()).hashOf(person).slice(0, 8);
  const failed = async (error: unknown, person: string) => {
    log.error("person not erased", { failure: readErrorTrace(error) });
    // Without the key of the hashes, which may be what failed, the note is of no person.
    const part = await hashPerson(person).catch(() => undefined);
    await notes.failed(error, part === undefined ? {} : { part });
  };
  const erased = async (person: string) => await notes.succeeded(await hashPerson(person));
  return composeHandler({ log }, (call: ErasureCall): Promise<void> => runErasure(call, { stores, hashes, failed, erased }));
}
