import { environment, required } from "../../adapters/aws/environment";
import { streamReader } from "../../adapters/stream-reader";
import { type Item, toRow } from "../../adapters/tables/item";
import type { World } from "../../adapters/world";
import { knownDomains } from "../look-alikes/store";
import { allowedDomain } from "./allowed-domain";
import { classNames } from "./entry";
import { accessListStore } from "./store/access-list";

/** Tidies each row that was added or changed, and notes the domain that it allows, for look-alikes. */
export function hygieneHandler(world: Pick<World, "settings" | "tables" | "clock" | "log">) {
  const { settings, tables, clock, log } = world;
  const classes = classNames.filter((name) => (settings[environment.accessListClasses] ?? "").split(",").includes(name));
  const store = accessListStore(tables, required(environment.accessListTable, settings), classes);
  const known = knownDomains(tables, required(environment.ledgerTable, settings));

  /** The log names no entry: it may be somebody's address. */
  async function tidy(entry: string): Promise<void> {
    const done = await store.tidy(entry, new Date(clock.now()));
    // Every row that was typed by hand is indexed: nobody need read of it.
    if (done === "left" || done === "indexed") return;
    log.info(`access list row ${done}`);
    if (done === "flagged") log.count("HygieneProblems");
  }

  return streamReader(world, "access-list-hygiene", async (delivery) => {
    const rows = delivery.read(({ dynamodb: change }) => {
      const entry = change?.Keys?.entry?.S;
      return entry === undefined ? undefined : { entry, image: change?.NewImage as Item | undefined };
    });
    // Imports and edits through Gatehouse write tidy rows. What somebody types elsewhere must not wait until all of these are read.
    const typed = rows.filter(({ value: { image } }) => image === undefined || !store.isTidy(image));
    await delivery.each(
      typed,
      ({ entry }) => tidy(entry),
      ({ entry }) => entry,
    );
    await delivery.together(rows, (some) =>
      known.allowed(some.flatMap(({ value: { entry, image } }) => (image && allowedDomain(entry, toRow(image))) ?? [])),
    );
  });
}
