import { type AwsClient, dynamodb } from "../../adapters/aws/client";
import { accessListStore } from "../../adapters/tables/access-list";
import { classesAsked, sampleOfUntidied } from "../../adapters/tables/untidied-rows";
import { deploymentFor } from "../deployment";
import { findInstance } from "../local-instance";
import { counted } from "../output";
import { placeFlags } from "../place-flags";
import { type CheckResult, inStack, nothingWrong, onMachine } from "./check";
import type { DoctorOptions } from "./context";

/** Whether the hygiene worker has seen to the rows of the access list: a sample, as lists may be long. */
export const listCheck = inStack("list", async (stack, { options }) => {
  const name = stack.output("AccessListTable");
  // That it is no Gatehouse, the check `stack` tells.
  if (name === undefined) return { skipped: "the stack names no access list" };
  return await missedRows(stack.account.client(dynamodb), name, options);
});

/** The same for a running npm start. That none is running, the check `local` tells. */
export const localListCheck = onMachine("list", async ({ options }) => {
  if (findInstance(options) === undefined) return { skipped: "none is running" };
  const { dynamodb: client, accessListTable } = await deploymentFor(options);
  return await missedRows(client, accessListTable, options);
});

async function missedRows(client: AwsClient, name: string, options: DoctorOptions): Promise<CheckResult> {
  const classes = await classesAsked(accessListStore(client, name));
  const { entries, looked } = await sampleOfUntidied(client, name, classes);
  if (entries.length === 0) return nothingWrong;
  const what = `The hygiene worker missed ${entries.length} of ${counted(looked, "row")} of the access list: sign-ups or the console may not find them.`;
  const mend = `Run npx --no-install entra-gatehouse list tidy${placeFlags(options)}. A row of the last minute may only be waiting for its turn.`;
  return [{ id: "list.missed-rows", what, mend }];
}
