import { type Item, toRow } from "../../../adapters/tables/item";
import { type CommandContext, type DeploymentOptions, type JsonOption, placeFlags } from "../../../cli/command";
import { createDeploymentRows, type Deployment, deploymentFor } from "../../../cli/deployment";
import { CommandError } from "../../../cli/failure";
import { alignedTable } from "../../../cli/output";
import { didYouMean } from "../../../engine/problem-texts";
import { endOfRow } from "../../../engine/sign-up/row-end";
import type { Row } from "../../../engine/sign-up/rule";
import { findTwins, hasExactCase, readListName, type SetColumns, usesByValue } from "../../reference-data/row";
import { type ReferenceDataStore, referenceDataStore } from "../../reference-data/store";
import { describeTwin, describeValueProblems } from "../../reference-data/verbs/data-table";
import { columnsOfPolicies } from "../../reference-data/verbs/import";
import { valueWords } from "../../reference-data/words";

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
  readonly problems: readonly string[];
}

/** Maximum number of rows that `listLists` counts. */
const MOST_COUNTED = 100_000;

const headings = ["CODE", "STATE", "USED", "EXPIRES", "NOTE", "PROBLEM"];

export async function listCodes(typedList: string | undefined, options: CodesListed, { output, time }: CommandContext): Promise<void> {
  const list = typedList === undefined ? undefined : listNamed(typedList);
  const deployment = await deploymentFor(options);
  const store = referenceDataStore(deployment.dynamodb, deployment.tableOf("referenceData"));
  const columns = columnsOfPolicies(deployment, output);
  const ofRules = (columns ?? []).map((each) => each.list);
  if (list === undefined) return await listLists(store, ofRules, options, output);
  const printCodes = options.json ? jsonPrinter(output) : tablePrinter(output);
  let count = 0;
  for await (const page of readCodes(list, columns ?? [], store, deployment, time?.now() ?? new Date())) {
    const matchingCodes = page.filter(({ state }) => options.state === undefined || state === options.state);
    const shownCodes = matchingCodes.slice(0, options.limit - count);
    printCodes(shownCodes, count === 0);
    count += shownCodes.length;
    if (shownCodes.length === matchingCodes.length) continue;
    output.warn(`There are more than ${options.limit}: see --limit.`);
    break;
  }
  if (columns !== undefined && !ofRules.includes(list)) output.warn(describeUnread(list, ofRules));
  if (count > 0) return;
  const lists = `npm run gate -- invite codes list${placeFlags(options)} shows the lists`;
  output.warn(options.state === undefined ? `There are no codes in ${list}: ${lists}.` : `No code in ${list} is ${options.state}.`);
}

type CodePrinter = (codes: readonly Code[], isFirst: boolean) => void;

function jsonPrinter(output: CommandContext["output"]): CodePrinter {
  return (codes) => {
    for (const { row, state, used, problems } of codes)
      output.json({ ...row, state, used, problems: problems.length === 0 ? undefined : problems });
  };
}

function tablePrinter(output: CommandContext["output"]): CodePrinter {
  const alignRows = alignedTable();
  return (codes, isFirst) => {
    if (codes.length === 0) return;
    const cells = codes.map(({ value, state, used, row: { expiresAt = "", note }, problems }) => [
      ...[value, state, String(used), String(expiresAt), typeof note === "string" ? note : "", problems.join("; ")],
    ]);
    for (const line of alignRows(isFirst ? [headings, ...cells] : cells)) output.print(line);
  };
}

/** @param lists those that rules read */
export function describeUnread(list: string, lists: readonly string[]): string {
  return `${valueWords.unread(list)}${didYouMean(list, lists)}`;
}

/**
 * Prints all lists of the reference data and of the rules, even lists without codes, because a row does not tell whether its value is a
 * code.
 */
async function listLists(
  store: ReferenceDataStore,
  ofRules: readonly string[],
  { json, limit }: CodesListed,
  output: CommandContext["output"],
): Promise<void> {
  const { counts: stored, cut } = await store.lists(MOST_COUNTED);
  const counts = new Map([...ofRules.map((list) => [list, 0] as const), ...stored]);
  const rows = [...counts].sort(([one], [other]) => (one < other ? -1 : 1)).slice(0, limit);
  if (json) for (const [list, values] of rows) output.json({ list, values });
  else for (const line of alignedTable()([["LIST", "VALUES"], ...rows.map(([list, count]) => [list, String(count)])])) output.print(line);
  if (cut) output.warn(`Only ${MOST_COUNTED} rows were counted: there may be more values, and other lists.`);
  if (counts.size > limit) output.warn(`There are more than ${limit}: see --limit.`);
}

async function* readCodes(
  list: string,
  columns: readonly SetColumns[],
  store: ReferenceDataStore,
  deployment: Deployment,
  now: Date,
): AsyncGenerator<readonly Code[]> {
  const hashes = await deployment.hashes();
  for await (const page of store.valuesOf(list)) {
    const values = page.map(({ value }: Item) => String(value?.S));
    const rows = createDeploymentRows(deployment);
    const [uses, twins] = await Promise.all([
      usesByValue(list, values, hashes, rows),
      hasExactCase(list, columns) ? undefined : findTwins(list, values, rows, now),
    ]);
    yield page.map((item, index) => {
      const [row, value] = [toRow(item), values[index] as string];
      const [used, end] = [uses.get(value) ?? 0, endOfRow(row)];
      // A row whose end cannot be read counts as expired, because rules ignore such a row.
      const isExpired = end === undefined || end <= now.getTime();
      const alike = isExpired ? [] : (twins?.get(value) ?? []).map((twin) => describeTwin(value, twin, "the table"));
      const problems = [...describeValueProblems(row, now, columns), ...alike];
      return { value, used, row, state: isExpired ? "expired" : used > 0 ? "used" : "unused", problems };
    });
  }
}

export function listNamed(word: string): string {
  const list = readListName(word);
  if (list === undefined) throw new CommandError("The list's name is empty, too long, or holds control characters.");
  return list;
}
