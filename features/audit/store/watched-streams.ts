import { requireVariable, workerEnvironment } from "../../../adapters/aws/environment";
import { type DescribedStream, findStreamFault, streamTable } from "../../../adapters/aws/functions";
import type { World } from "../../../adapters/world";

export interface WatchedStreams {
  readonly streams: readonly string[];
  /**
   * Who must read the streams. `own`: this function. `any`: any function, because with global tables a relay reads each stream and passes
   * the changes on. `unknown`: Lambda cannot be asked.
   */
  readonly reader: "own" | "any" | "unknown";
}

/**
 * Reports a table whose stream is off or does not reach this function: otherwise nobody would notice that entries are missing.
 * @returns the last fault, if there is one
 */
export async function watchStreams({
  settings,
  tables,
  log,
  eventSources,
}: Pick<World, "settings" | "tables" | "log" | "eventSources">): Promise<string | undefined> {
  const { streams, reader } = JSON.parse(requireVariable(workerEnvironment.auditedStreams, settings)) as WatchedStreams;
  const { AWS_LAMBDA_FUNCTION_NAME: functionName = "" } = settings;

  async function findFault(stream: string): Promise<string | undefined> {
    try {
      const { Table } = await tables.call<{ Table: DescribedStream }>("DescribeTable", { TableName: streamTable(stream) });
      const sources = reader === "unknown" ? [{ function: functionName, state: "Enabled" }] : await eventSources(stream);
      return findStreamFault(
        stream,
        Table,
        sources.filter((source) => reader === "any" || source.function === functionName),
      );
    } catch (error) {
      // A failed check is reported like a fault.
      return (error as Error).name;
    }
  }

  let last: string | undefined;
  for (const stream of streams) {
    const fault = await findFault(stream);
    if (fault === undefined) continue;
    last = fault;
    log.error("changes of a table are not read", { table: streamTable(stream), fault });
    log.count("StreamsUnread");
  }
  return last;
}
