import { existsSync } from "node:fs";
import type { Concern } from "../../../adapters/operator/act";
import { CODE_LENGTH, randomCode } from "../../../adapters/system";
import { toItem } from "../../../adapters/tables/item";
import { type Acting, actingAt, doActs, reviewOne } from "../../../cli/act";
import type { CommandContext, DeploymentOptions, JsonOption } from "../../../cli/command";
import { deploymentFor } from "../../../cli/deployment";
import { CommandError } from "../../../cli/failure";
import { formatCount } from "../../../cli/output";
import { isStandardOutput, type TextOfRows, writeWhole } from "../../../cli/rows-file";
import { localEnd, localTime } from "../../../cli/typed";
import { splitIntoChunks } from "../../../engine/collections";
import { csvText } from "../../../engine/files/format";
import { ROWS_AN_ENTRY } from "../../audit/verbs/announced";
import { openCommandAudit } from "../../audit/verbs/trail";
import { type AddTarget, addValues } from "../../reference-data/acts";
import type { SetColumns } from "../../reference-data/row";
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

export async function createCodes(typedList: string, options: CreateOptions, session: CommandContext): Promise<void> {
  const { output } = session;
  const list = listNamed(typedList);
  const { count, expires, note, json } = options;
  const out = isStandardOutput(options.out) ? undefined : options.out;
  assertOptions(options);
  if (out !== undefined && existsSync(out)) throw new CommandError(`${out} exists: codes are written to a new file.`);
  const deployment = await deploymentFor(options);
  const more = { ...(note !== undefined && { note }), ...(expires !== undefined && { expiresAt: expires }) };
  const codes = [...newCodes(options)];
  const lines = buildCsvTexts(list, codes, more);
  const columns = columnsOfPolicies(deployment, output);
  const acting = { ...(await actingAt(deployment)), session };
  const targets = splitIntoChunks(codes, ROWS_AN_ENTRY).map((some) => ({
    ...{ list, areRandom: true },
    rows: some.map((value) => toItem({ list, value, ...more })),
  }));
  // The rows of all targets have the same cells, so the same speaks against them.
  const { concerns } = await reviewOne(
    addValues,
    targets[0] as AddTarget,
    { columns },
    {
      ...acting,
      describeRefusal: ({ code }) => (code === "past" ? `--expires ${expires} is past: the codes would count for nothing.` : undefined),
    },
  );
  if (out !== undefined) await writeWhole(out, lines);
  const audit = deployment.tables.audit === undefined ? undefined : openCommandAudit(deployment, acting.actor, session);
  await addAll(targets, columns, { ...acting, audit }, (writtenCount) => {
    const rest = out === undefined ? "Create the others again." : `Write the others: npm run gate -- table import reference-data ${out}`;
    output.warn(`${writtenCount} of ${count} codes are in the list. ${rest}`);
  });
  output.warn(
    `Each lets in one person with invited() or permittedValue("${list}", { maxUses: 1 }), and any number of people with permittedValue without maxUses.`,
  );
  const local = localEnd(expires);
  if (local !== undefined) output.warn(`They end at ${expires}, by this machine's clock ${local}.`);
  for (const concern of concerns) output.warn(describeConcern(list, concern, columns));
  // `count` includes new codes that the list happened to have already (a chance of about one in 10^16). The rows of such codes stay
  // unchanged.
  if (out !== undefined && json) output.json({ list, codes: count, file: out });
  else if (json) for (const value of codes) output.json({ list, value, ...more });
  else if (out === undefined) for await (const { text } of lines) output.data(text);
  else output.print(`Made ${formatCount(count, "code")} in ${list}; ${out} has them.`);
}

/** @param onFailure called with the number of rows that were added, if the others could not be */
async function addAll(
  targets: readonly AddTarget[],
  columns: readonly SetColumns[] | undefined,
  acting: Acting,
  onFailure: (writtenCount: number) => void,
): Promise<void> {
  let writtenCount = 0;
  const onAdded = () => {
    writtenCount += 1;
  };
  try {
    await doActs(
      addValues,
      targets.map((target) => ({ target, input: { columns, onAdded } })),
      {
        ...{ ...acting, ask: () => undefined },
        report(_, end) {
          if ("refusal" in end) throw new CommandError(end.refusal.text(localTime));
        },
      },
    );
  } catch (error) {
    onFailure(writtenCount);
    throw error;
  }
}

/** Says what mends it, too. */
function describeConcern(list: string, { code, text }: Concern, columns: readonly SetColumns[] = []): string {
  if (code === "lacks") return `${text(localTime).slice(0, -1)}: add that to the file, then table import reference-data FILE.`;
  const lists = columns.map((each) => each.list);
  return code === "unread" ? describeUnread(list, lists) : text(localTime);
}

function assertOptions({ count, prefix = "", length = CODE_LENGTH }: CreateOptions): void {
  if (count > MOST) throw new CommandError(`--count ${count} is too many at once: at most ${MOST}.`);
  if (length < SHORTEST || length > LONGEST)
    throw new CommandError(`--length is a number from ${SHORTEST} to ${LONGEST}; a shorter code can be guessed.`);
  if (!/^[0-9A-Z]*$/.test(prefix) || prefix.length > LONGEST_PREFIX) {
    throw new CommandError(
      `--prefix ${prefix} has to be capital letters and digits, at most ${LONGEST_PREFIX}: a code in mixed case would be found only by people who type it exactly like that.`,
    );
  }
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
