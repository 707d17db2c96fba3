import type { AwsClient } from "../../../adapters/aws/client";
import { type LookAlikes, lookAlikes } from "../../look-alikes/store";
import { accessListStore } from "./access-list";

/** The domains known to a deployment, and their look-alikes. @param nameOf the deployed name of a table */
export function lookAlikesAt(
  client: AwsClient,
  nameOf: (table: "accessList" | "ledger") => string,
  now: () => Date = () => new Date(),
): LookAlikes {
  return lookAlikes(client, nameOf("ledger"), accessListStore(client, nameOf("accessList")).effects, now);
}
