import type { DynamoDBBatchResponse, DynamoDBStreamEvent, ScheduledEvent } from "aws-lambda";
import { composeHandler } from "../../adapters/aws/compose-handler";
import { environment, requireVariable, workerEnvironment } from "../../adapters/aws/environment";
import { type StreamContext, streamReader } from "../../adapters/stream-reader";
import { type Item, toRow } from "../../adapters/tables/item";
import type { World } from "../../adapters/world";
import { type KnownDomains, knownDomains } from "../look-alikes/store";
import { classNames } from "./entry";
import { type AccessListStore, accessListStore } from "./store/access-list";
import { allowedDomain } from "./store/look-alikes";

/**
 * Limit of a delivery's domains that are noted at once. If there are more, a scheduled run notes them: each domain takes as many writes as
 * it has letters.
 */
const NOTED_AT_ONCE = 25;
const NOTED_TOGETHER = 100;
/** Noting domains stops after this time, because the function has 30 s. The run of the next minute continues. */
const NOTING_MS = 20_000;

/**
 * Tidies rows. Notes the domains that the rows allow, so that their look-alikes are found. If a delivery allows many, a scheduled run each
 * minute notes them.
 */
export function hygieneHandler(world: Pick<World, "settings" | "tables" | "clock" | "log">) {
  const { settings, tables, clock, log } = world;
  const classes = classNames.filter((name) => (settings[workerEnvironment.accessListClasses] ?? "").split(",").includes(name));
  const silent = settings[workerEnvironment.accessListSilentGates]?.split(",").filter((gate) => gate !== "");
  const store = accessListStore(tables, requireVariable(environment.accessListTable, settings), { classes, silent });
  const knownDomainStore = knownDomains(tables, requireVariable(environment.ledgerTable, settings));

  /** The log lines do not name the entry, because it may be an address. */
  async function tidy(entry: string): Promise<void> {
    const tidying = await store.tidy(entry, new Date(clock.now()));
    // Every row typed by hand gets indexed, so this is not logged.
    if (tidying === "left" || tidying === "indexed") return;
    log.info(`access list row ${tidying}`);
    if (tidying === "flagged") log.count("HygieneProblems");
  }

  const readStream = streamReader(world, "access-list-hygiene", async (delivery) => {
    const rows = delivery.read(({ dynamodb: change }) => {
      const entry = change?.Keys?.entry?.S;
      if (entry === undefined) return undefined;
      return { entry, image: change?.NewImage as Item | undefined, before: change?.OldImage as Item | undefined };
    });
    // Rows written by imports and edits through Gatehouse are tidy already. Skipping them lets rows typed elsewhere be tidied sooner.
    const untidyRows = rows.filter(({ value: { image } }) => image === undefined || !store.isTidy(image));
    await delivery.each(
      untidyRows,
      ({ entry }) => tidy(entry),
      ({ entry }) => entry,
    );
    // Untidy rows were typed outside Gatehouse, where nobody is warned of look-alikes.
    await delivery.together(untidyRows, async (some) => {
      const allowedDomains = some.flatMap(({ value: { entry, image, before } }) => {
        const domain = image && allowedDomain(entry, toRow(image));
        return domain === undefined || (before && allowedDomain(entry, toRow(before))) !== undefined ? [] : [domain];
      });
      await knownDomainStore.unasked(allowedDomains);
    });
    await delivery.together(rows, async (some) => {
      const domains = some.flatMap(({ value: { entry, image } }) => (image && allowedDomain(entry, toRow(image))) ?? []);
      await (domains.length > NOTED_AT_ONCE ? knownDomainStore.postpone() : knownDomainStore.allowed(domains));
    });
  });

  return composeHandler(
    world,
    async (event: DynamoDBStreamEvent | ScheduledEvent, context?: StreamContext): Promise<DynamoDBBatchResponse> => {
      if ("Records" in event) return await readStream(event, context);
      await noteWaiting(store, knownDomainStore, clock);
      return { batchItemFailures: [] };
    },
  );
}

async function noteWaiting(store: AccessListStore, knownDomainStore: KnownDomains, clock: World["clock"]): Promise<void> {
  const waiting = await knownDomainStore.waiting();
  if (waiting === undefined) return;
  const due = clock.now() + NOTING_MS;
  let { after } = waiting;
  for await (const page of store.pages(after)) {
    const allowing = page.flatMap((item) => {
      const entry = item.entry?.S ?? "";
      const domain = allowedDomain(entry, toRow(item));
      return domain === undefined ? [] : [{ entry, domain }];
    });
    for (let start = 0; start < Math.max(1, allowing.length); start += NOTED_TOGETHER) {
      const some = allowing.slice(start, start + NOTED_TOGETHER);
      await knownDomainStore.allowed(some.map(({ domain }) => domain));
      // `after` is stored. It is always the entry of a domain, never a person's address.
      after = some.at(-1)?.entry ?? after;
      if (clock.now() < due || after === undefined) continue;
      await knownDomainStore.reached(waiting, after);
      return;
    }
  }
  await knownDomainStore.reached(waiting);
}
