import { reviewEach } from "../../../adapters/operator/act";
import { actingAt, doActs } from "../../../cli/act";
import { type CommandContext, type DeploymentOptions, type JsonOption, placeFlags, readNow } from "../../../cli/command";
import { deploymentFor } from "../../../cli/deployment";
import { CommandError } from "../../../cli/failure";
import { formatCount } from "../../../cli/output";
import { removeValue } from "../../reference-data/acts";
import { readValue } from "../../reference-data/row";
import { columnsOfPolicies } from "../../reference-data/verbs/import";
import { listNamed } from "./list";

/** Revokes all codes, or none if one of them is not in the list. */
export async function revokeCodes(
  typedList: string,
  words: readonly string[],
  options: DeploymentOptions & JsonOption,
  session: CommandContext,
): Promise<void> {
  const { output } = session;
  const list = listNamed(typedList);
  const deployment = await deploymentFor(options);
  const acting = { ...(await actingAt(deployment)), session };
  const input = { columns: columnsOfPolicies(deployment) };
  const typed = words.map((word) => ({ target: { list, value: readValue(word) ?? "", isTyped: true }, input }));
  const reviews = await reviewEach(removeValue, typed, acting.place, { actor: acting.actor, now: readNow(session) });
  const missing = words.filter((_, index) => reviews[index]?.state.stored === undefined);
  if (missing.length > 0) {
    throw new CommandError(
      `${list} has no ${missing.join(", ")}, so nothing was changed: npm run gate -- invite codes list ${list}${placeFlags(options)} shows what it has.`,
    );
  }
  // Several typed words may mean one code.
  const codes = [...new Map(reviews.map((reviewed) => [reviewed.state.value, reviewed])).values()];
  const changed: string[] = [];
  await doActs(
    removeValue,
    codes.map(({ state: { value } }) => ({ target: { list, value }, input })),
    {
      ...{ ...acting, reviewed: codes, ask: () => undefined },
      report(index, end) {
        const value = codes[index]?.state.value ?? "";
        if ("refusal" in end) {
          changed.push(value);
          return;
        }
        const used = end.outcome;
        if (options.json) output.json({ list, value, revoked: true, used });
        else output.print(`Revoked ${value}: ${describeUses(used)}.`);
      },
    },
  );
  if (changed.length > 0)
    throw new CommandError(
      `Somebody changed ${changed.join(", ")} at this moment, so ${changed.length === 1 ? "it is" : "they are"} still there: repeat the command.`,
    );
  const alike = codes.flatMap(({ state, concerns }) => (concerns.some(({ code }) => code === "alike") ? state.alike : []));
  if (alike.length > 0)
    output.warn(
      `${list} still has ${[...new Set(alike)].join(", ")}: unless the rule says that case counts, people get in by it who type what was revoked.`,
    );
}

function describeUses(count: number): string {
  return count === 0
    ? "nobody had used it"
    : `${formatCount(count, "person", "people")} had used it, and ${count === 1 ? "stays" : "stay"} in`;
}
