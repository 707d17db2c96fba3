import { existsSync } from "node:fs";
import { CODE_LENGTH, randomCode } from "../../../adapters/system";
import { toItem } from "../../../adapters/tables/item";
import type { CommandContext, DeploymentOptions, JsonOption } from "../../../cli/command";
import { deploymentFor } from "../../../cli/deployment";
import { CommandError } from "../../../cli/failure";
import { formatCount } from "../../../cli/output";
import { isStandardOutput, type TextOfRows, writeWhole } from "../../../cli/rows-file";
import { localEnd } from "../../../cli/typed";
import { csvText } from "../../../engine/files/format";
import { expiryTime } from "../../../engine/sign-up/row-end";
import { announcing, ROWS_AN_ENTRY } from "../../audit/verbs/announced";
import type { SetColumns } from "../../reference-data/row";
import { referenceDataStore } from "../../reference-data/store";
import { columnsOfPolicies } from "../../reference-data/verbs/import";
import { describeUnread, listNamed } from "./list";

export interface CreateOptions extends DeploymentOptions, JsonOption {
  readonly count: number;
  readonly expires?: string;
  readonly note?: string;
  readonly prefix?: string;
  readonly length?: number;
  readonly out?: string;
}

const [SHORTEST, LONGEST] = [8, 64];
const MOST = 100_000;
const LONGEST_PREFIX = 32;
const AT_ONCE = 50;

export async function createCodes(typedList: string, options: CreateOptions, { output }: CommandContext): Promise<void> {
  const list = listNamed(typedList);
  const { count, expires, note, json } = options;
  const out = isStandardOutput(options.out) ? undefined : options.out;
  assertOptions(options);
  if (out !== undefined && existsSync(out)) throw new CommandError(`${out} exists: codes are written to a new file.`);
  const deployment = await deploymentFor(options);
  const table = referenceDataStore(deployment.dynamodb, deployment.tableOf("referenceData"));
  const more = { ...(note !== undefined && { note }), ...(expires !== undefined && { expiresAt: expires }) };
  const codes = [...newCodes(options)];
  const lines = buildCsvTexts(list, codes, more);
  const announcement = await announcing(deployment, { table: "referenceData", what: "codes-created", subject: list });
  if (out !== undefined) await writeWhole(out, lines);
  let writtenCount = 0;
  try {
    for (let first = 0; first < codes.length; first += ROWS_AN_ENTRY) {
      const rows = codes.slice(first, first + ROWS_AN_ENTRY).map((value) => toItem({ list, value, ...more }));
      await announcement.write(rows.map(announcement.markOf), async () => {
        for (let start = 0; start < rows.length; start += AT_ONCE) {
          const addFlags = await Promise.all(rows.slice(start, start + AT_ONCE).map((row) => table.add(row)));
          writtenCount += addFlags.filter(Boolean).length;
        }
      });
    }
  } catch (error) {
    const rest = out === undefined ? "Create the others again." : `Write the others: npm run gate -- table import reference-data ${out}`;
    output.warn(`${writtenCount} of ${count} codes are in the list. ${rest}`);
    throw error;
  }
  output.warn(
    `Each lets in one person with invited() or permittedValue("${list}", { maxUses: 1 }), and any number of people with permittedValue without maxUses.`,
  );
  const local = localEnd(expires);
  if (local !== undefined) output.warn(`They end at ${expires}, by this machine's clock ${local}.`);
  const flaw = describeListFlaw(list, columnsOfPolicies(deployment, output));
  if (flaw !== undefined) output.warn(flaw);
  // `count` includes new codes that the list happened to have already (a chance of about one in 10^16). The rows of such codes stay
  // unchanged.
  if (out !== undefined && json) output.json({ list, codes: count, file: out });
  else if (json) for (const value of codes) output.json({ list, value, ...more });
  else if (out === undefined) for await (const { text } of lines) output.data(text);
  else output.print(`Made ${formatCount(count, "code")} in ${list}; ${out} has them.`);
}

function describeListFlaw(list: string, read: readonly SetColumns[] | undefined): string | undefined {
  if (read === undefined) return undefined;
  const lacking = read.flatMap((each) => (each.list === list ? Object.values(each.of) : []));
  if (lacking.length > 0)
    return `They let nobody in until their rows have ${lacking.join(", ")}: add that to the file, then table import reference-data FILE.`;
  const lists = read.map((each) => each.list);
  if (lists.includes(list)) return undefined;
  return describeUnread(list, lists);
}

function assertOptions({ count, expires, prefix = "", length = CODE_LENGTH }: CreateOptions): void {
  if (count > MOST) throw new CommandError(`--count ${count} is too many at once: at most ${MOST}.`);
  if (length < SHORTEST || length > LONGEST)
    throw new CommandError(`--length is a number from ${SHORTEST} to ${LONGEST}; a shorter code can be guessed.`);
  if (!/^[0-9A-Z]*$/.test(prefix) || prefix.length > LONGEST_PREFIX) {
    throw new CommandError(
      `--prefix ${prefix} has to be capital letters and digits, at most ${LONGEST_PREFIX}: a code in mixed case would be found only by people who type it exactly like that.`,
    );
  }
  const end = expires === undefined ? undefined : expiryTime(expires);
  if (end !== undefined && end <= Date.now()) throw new CommandError(`--expires ${expires} is past: the codes would count for nothing.`);
}

function newCodes({ count, prefix = "", length = CODE_LENGTH }: CreateOptions): ReadonlySet<string> {
  const codes = new Set<string>();
  while (codes.size < count) {
    codes.add(prefix + randomCode(length));
  }
  return codes;
}

async function* buildCsvTexts(
  list: string,
  codes: readonly string[],
  { note = "", expiresAt = "" }: { readonly note?: string; readonly expiresAt?: string },
): AsyncGenerator<TextOfRows> {
  yield { text: csvText(["list", "value", "note", "expiresAt"]), rows: 0 };
  for (const value of codes) yield { text: csvText([list, value, note, expiresAt]), rows: 1 };
}
