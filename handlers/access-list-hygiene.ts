import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from "aws-lambda";
import { environment, required } from "../adapters/aws/environment";
import { accessListStore } from "../adapters/tables/access-list";
import { type Item, toRow } from "../adapters/tables/item";
import { knownDomains } from "../adapters/tables/look-alikes";
import type { World } from "../adapters/world";
import { classNames } from "../engine/access-list/entry";

/** Tidies each row that was added or changed, and notes the domain that it allows, for look-alikes. Stops at the first that fails: the stream delivers again from there. */
export function hygieneHandler({ settings, tables, clock, log }: Pick<World, "settings" | "tables" | "clock" | "log">) {
  const classes = classNames.filter((name) => (settings[environment.accessListClasses] ?? "").split(",").includes(name));
  const store = accessListStore(tables, required(environment.accessListTable, settings), classes);
  const known = knownDomains(tables, required(environment.ledgerTable, settings));

  /** The log names no entry: it may be somebody's address. */
  async function tidy(entry: string): Promise<void> {
    const done = await store.tidy(entry, new Date(clock.now()));
    // Every row that was typed by hand is indexed: nobody need read of it.
    if (done === "left" || done === "indexed") return;
    log[done === "oversized" ? "warn" : "info"](`access list row ${done}`);
    if (done === "flagged" || done === "oversized") log.count("HygieneProblems");
  }

  return async (event: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> => {
    for (const { dynamodb: change } of event.Records) {
      const entry = change?.Keys?.entry?.S;
      if (entry === undefined) continue;
      try {
        await tidy(entry);
        if (change?.NewImage !== undefined) await known.allowed(entry, toRow(change.NewImage as Item));
      } catch (error) {
        log.error("hygiene failed", { error: error instanceof Error ? error.name : typeof error });
        return { batchItemFailures: [{ itemIdentifier: change?.SequenceNumber ?? "" }] };
      }
    }
    return { batchItemFailures: [] };
  };
}
