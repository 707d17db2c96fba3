import type { Context, DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent, ScheduledEvent } from "aws-lambda";
import { composeHandler } from "../../adapters/aws/compose-handler";
import { environment, requireVariable, workerEnvironment } from "../../adapters/aws/environment";
import { personHash } from "../../adapters/aws/person-key";
import { readChangeTime, type StreamBatch, type StreamContext, streamReader } from "../../adapters/stream-reader";
import { type Item, toRow } from "../../adapters/tables/item";
import { notingWork, WorkLeftError, workNotes } from "../../adapters/tables/work-notes";
import type { World } from "../../adapters/world";
import { auditedTables, type TableChange } from "../../engine/audited-change";
import { canonicalJson, keepGiven } from "../../engine/json";
import { archiveMark, archiveNews } from "./store/archiver";
import { auditedRow, isAudited } from "./store/audited-rows";
import { auditedKey, buildSubject } from "./store/audited-tables";
import { changeAuditor } from "./store/change-auditor";
import { auditStore } from "./store/trail";
import { watchStreams } from "./store/watched-streams";

/** Writes changes of the tables that operators edit into the audit log. On a schedule, it checks that it gets these changes. */
export function auditTrailHandler(world: Pick<World, "settings" | "tables" | "secrets" | "clock" | "log" | "eventSources">) {
  const { settings, tables, clock } = world;
  const hashes = personHash(world.secrets, requireVariable(environment.personKeySecret, settings), clock);
  const audit = deliveryAuditor(
    clock,
    changeAuditor({
      trail: auditStore(tables, requireVariable(environment.auditTable, settings), hashes),
      hashes,
    }),
  );
  const readStream = streamReader(world, "audit-trail", audit);
  const streamNotes = workNotes(world, "audit-streams");
  return composeHandler(
    world,
    async (event: DynamoDBStreamEvent | ScheduledEvent, context?: StreamContext): Promise<DynamoDBBatchResponse> => {
      if ("Records" in event) return await readStream(event, context);
      const fault = await watchStreams(world);
      await (fault === undefined ? streamNotes.succeeded() : streamNotes.failed(fault));
      return { batchItemFailures: [] };
    },
  );
}

/** If a delivery repeats, its entries are written only once. @param isAudited true if the auditor covers a change's row */
export function deliveryAuditor(
  clock: World["clock"],
  audit: ReturnType<typeof changeAuditor>,
  isAudited: (record: DynamoDBRecord) => boolean = () => true,
) {
  return async (delivery: StreamBatch): Promise<void> => {
    const changes = delivery.read((record) => (isAudited(record) ? parseChange(record) : undefined));
    await delivery.together(changes, (some) =>
      audit(
        some.map(({ value }) => value),
        new Date(clock.now()),
      ),
    );
  };
}

/** The change of a row. Undefined if DynamoDB removed the row because the row had expired: no operator did that. */
function parseChange({ eventID = "", dynamodb: change, userIdentity }: DynamoDBRecord): TableChange | undefined {
  const keys = Object.keys(change?.Keys ?? {}).sort();
  const key = (change?.Keys ?? {}) as Item;
  const table = auditedTables.find((each) => [...auditedKey(each)].sort().join() === keys.join() && isAudited(each, toRow(key)));
  if (change === undefined || table === undefined || userIdentity !== undefined) return undefined;
  const [before, after] = [change.OldImage, change.NewImage].map((image) => image && auditedRow(table, image as Item));
  // Omits a change that only sets index attributes, for example a change by the hygiene worker.
  if (before !== undefined && after !== undefined && canonicalJson(before) === canonicalJson(after)) return undefined;
  return {
    table,
    event: eventID,
    at: readChangeTime(change),
    subject: buildSubject(table, key),
    ...keepGiven({ before, after }),
  };
}

/** If less time remains, the run begins no other page. This is enough time to read and store a page of entries. */
const LAST_PAGE_MS = 15_000;

/** Fails if the log was altered. */
export function auditArchiveHandler({
  settings,
  tables,
  archive,
  clock,
  log,
}: Pick<World, "settings" | "tables" | "archive" | "clock" | "log">) {
  const bucket = requireVariable(workerEnvironment.auditArchive, settings);
  const ports = {
    trail: auditStore(tables, requireVariable(environment.auditTable, settings)),
    archive: archive(bucket),
    mark: archiveMark(tables, requireVariable(environment.ledgerTable, settings), bucket),
  };
  return composeHandler(
    { log },
    notingWork(
      workNotes({ settings, tables, clock, log }, "audit-archive"),
      async (_: unknown, { getRemainingTimeInMillis }: Pick<Context, "getRemainingTimeInMillis">): Promise<void> => {
        const { entries, flaw } = await archiveNews(ports, () => getRemainingTimeInMillis() > LAST_PAGE_MS);
        if (flaw === undefined) return;
        log.error("audit trail not as written", { ...flaw, archived: entries });
        throw new WorkLeftError("The audit trail is not as it was written. The log says where.", "not-as-written", 1);
      },
    ),
  );
}
