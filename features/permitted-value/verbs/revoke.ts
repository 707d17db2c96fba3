import { type Item, toRow } from "../../../adapters/tables/item";
import { type CommandContext, type DeploymentOptions, type JsonOption, placeFlags } from "../../../cli/command";
import { createDeploymentRows, deploymentFor } from "../../../cli/deployment";
import { CommandError } from "../../../cli/failure";
import { formatCount } from "../../../cli/output";
import { isCurrent } from "../../../engine/sign-up/row-end";
import { buildSubject } from "../../audit/store/audited-tables";
import { openAuditStore } from "../../audit/verbs/trail";
import { readValue, usesByValue } from "../../reference-data/row";
import { lookupValues } from "../../reference-data/spelling";
import { type ReferenceDataStore, referenceDataStore } from "../../reference-data/store";
import { listNamed } from "./list";

/** Revokes all codes, or none if one of them is not in the list. */
export async function revokeCodes(
  typedList: string,
  words: readonly string[],
  options: DeploymentOptions & JsonOption,
  { output, time }: CommandContext,
): Promise<void> {
  const list = listNamed(typedList);
  const deployment = await deploymentFor(options);
  const store = referenceDataStore(deployment.dynamodb, deployment.tableOf("referenceData"));
  const found = await Promise.all(words.map((code) => findCodes(list, code, store)));
  const missing = words.filter((_, index) => found[index]?.length === 0);
  if (missing.length > 0) {
    throw new CommandError(
      `${list} has no ${missing.join(", ")}, so nothing was changed: npm run gate -- invite codes list ${list}${placeFlags(options)} shows what it has.`,
    );
  }
  const codes = new Map(found.flatMap(([item]) => (item === undefined ? [] : [[String(item.value?.S), item]])));
  const [uses, by] = await Promise.all([
    deployment.hashes().then((hashes) => usesByValue(list, [...codes.keys()], hashes, createDeploymentRows(deployment))),
    deployment.caller(),
  ]);
  for (const [value, item] of codes) {
    const entry = {
      by,
      via: "command",
      action: "reference-data.removed",
      subject: buildSubject("reference-data", item),
      before: toRow(item),
    } as const;
    if (!(await openAuditStore(deployment).audited(entry, time?.now() ?? new Date(), () => store.remove(item)))) {
      throw new CommandError(`Somebody changed ${value} at this moment, so it is still there: repeat the command.`);
    }
    const useCount = uses.get(value) ?? 0;
    if (options.json) output.json({ list, value, revoked: true, used: useCount });
    else
      output.print(
        `Revoked ${value}: ${useCount === 0 ? "nobody had used it" : `${formatCount(useCount, "person", "people")} had used it, and ${useCount === 1 ? "stays" : "stay"} in`}.`,
      );
  }
  const now = time?.now() ?? new Date();
  const others = new Set(found.flat().flatMap((item) => (isCurrent(toRow(item), now) ? [String(item.value?.S)] : [])));
  for (const value of codes.keys()) others.delete(value);
  if (others.size > 0)
    output.warn(
      `${list} still has ${[...others].join(", ")}: unless the rule says that case counts, people get in by it who type what was revoked.`,
    );
}

/** Finds a code's rows as a rule finds typed text: spelled as typed, all in lower case, or all in upper case. The first is the nearest. */
async function findCodes(list: string, word: string, store: ReferenceDataStore): Promise<readonly Item[]> {
  const value = readValue(word);
  if (value === undefined) return [];
  const rows = await Promise.all(lookupValues(value, { case: "ignore" }).map((each) => store.get({ list, value: each })));
  return rows.filter((row) => row !== undefined);
}
