import { type Item, toRow } from "../../../adapters/tables/item";
import { type CommandContext, type DeploymentOptions, type JsonOption, placeFlags } from "../../../cli/command";
import { createDeploymentRows, type Deployment, deploymentFor } from "../../../cli/deployment";
import { CommandError } from "../../../cli/failure";
import { alignedTable } from "../../../cli/output";
import { endOfRow } from "../../../engine/sign-up/row-end";
import type { Row } from "../../../engine/sign-up/rule";
import { readListName, usesByValue } from "../../reference-data/row";
import { type ReferenceDataStore, referenceDataStore } from "../../reference-data/store";

export type CodeState = "unused" | "used" | "expired";

interface CodesListed extends DeploymentOptions, JsonOption {
  readonly state?: CodeState;
  readonly limit: number;
}

interface Code {
  readonly value: string;
  readonly state: CodeState;
  /** Number of people who have used the code. */
  readonly used: number;
  readonly row: Row;
}

/** Maximum number of rows that `listLists` counts. */
const MOST_COUNTED = 100_000;

const headings = ["CODE", "STATE", "USED", "EXPIRES", "NOTE"];

export async function listCodes(typedList: string | undefined, options: CodesListed, { output, time }: CommandContext): Promise<void> {
  const list = typedList === undefined ? undefined : listNamed(typedList);
  const deployment = await deploymentFor(options);
  const store = referenceDataStore(deployment.dynamodb, deployment.tableOf("referenceData"));
  if (list === undefined) return await listLists(store, options, output);
  const alignRows = alignedTable();
  let count = 0;
  for await (const page of readCodes(list, store, deployment, time?.now() ?? new Date())) {
    const matchingCodes = page.filter(({ state }) => options.state === undefined || state === options.state);
    const shownCodes = matchingCodes.slice(0, options.limit - count);
    if (options.json) for (const { row, state, used } of shownCodes) output.json({ ...row, state, used });
    else if (shownCodes.length > 0)
      for (const line of alignRows([
        ...(count === 0 ? [headings] : []),
        ...shownCodes.map(({ value, state, used, row: { expiresAt, note } }: Code) => [
          value,
          state,
          String(used),
          expiresAt === undefined ? "" : String(expiresAt),
          typeof note === "string" ? note : "",
        ]),
      ]))
        output.print(line);
    count += shownCodes.length;
    if (shownCodes.length === matchingCodes.length) continue;
    output.warn(`There are more than ${options.limit}: see --limit.`);
    break;
  }
  if (count > 0) return;
  const lists = `npm run gate -- invite codes list${placeFlags(options)} shows the lists`;
  output.warn(options.state === undefined ? `There are no codes in ${list}: ${lists}.` : `No code in ${list} is ${options.state}.`);
}

/** Prints all lists of the reference data, even lists without codes, because a row does not tell whether its value is a code. */
async function listLists(store: ReferenceDataStore, { json, limit }: CodesListed, output: CommandContext["output"]): Promise<void> {
  const { counts, cut } = await store.lists(MOST_COUNTED);
  const rows = [...counts].sort(([one], [other]) => (one < other ? -1 : 1)).slice(0, limit);
  if (json) for (const [list, values] of rows) output.json({ list, values });
  else for (const line of alignedTable()([["LIST", "VALUES"], ...rows.map(([list, count]) => [list, String(count)])])) output.print(line);
  if (cut) output.warn(`Only ${MOST_COUNTED} rows were counted: there may be more values, and other lists.`);
  if (counts.size > limit) output.warn(`There are more than ${limit}: see --limit.`);
}

async function* readCodes(list: string, store: ReferenceDataStore, deployment: Deployment, now: Date): AsyncGenerator<readonly Code[]> {
  const hashes = await deployment.hashes();
  for await (const page of store.valuesOf(list)) {
    const values = page.map(({ value }: Item) => String(value?.S));
    const uses = await usesByValue(list, values, hashes, createDeploymentRows(deployment));
    yield page.map((item, index) => {
      const [row, value] = [toRow(item), values[index] as string];
      const [used, end] = [uses.get(value) ?? 0, endOfRow(row)];
      // A row whose end cannot be read counts as expired, because rules ignore such a row.
      const isExpired = end === undefined || end <= now.getTime();
      return { value, used, row, state: isExpired ? "expired" : used > 0 ? "used" : "unused" };
    });
  }
}

export function listNamed(word: string): string {
  const list = readListName(word);
  if (list === undefined) throw new CommandError("The list's name is empty, too long, or holds control characters.");
  return list;
}
