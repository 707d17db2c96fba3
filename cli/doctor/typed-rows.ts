import type { AwsClient } from "../../adapters/aws/client";
import { dynamodb } from "../../adapters/aws/client";
import { accessListStore } from "../../adapters/tables/access-list";
import { partnerStore } from "../../adapters/tables/partners";
import { placeFlags } from "../command";
import { deploymentFor, findInstance } from "../deployment";
import { partnerRowFaults } from "../partner-faults";
import { type CheckResult, type DoctorOptions, inStack, onMachine } from "./check";

// Rows of the table of decisions that people may type or delete by hand: those of partners.

/** Where they are. */
interface TypedRows {
  readonly client: AwsClient;
  readonly decisions: string;
  readonly accessList: string;
}

type Look = (rows: TypedRows, options: DoctorOptions) => Promise<CheckResult>;

/** A check of what is deployed, and the same of a running npm start. */
function checks(name: string, look: Look) {
  return {
    deployed: inStack(name, async (stack, { options }) => {
      const [decisions, accessList] = [stack.output("DecisionsTable"), stack.output("AccessListTable")];
      // That it is not a Gatehouse, the check `stack` reports.
      if (decisions === undefined || accessList === undefined) return { skipped: "the stack names no table of decisions" };
      return await look({ client: stack.account.client(dynamodb), decisions, accessList }, options);
    }),
    local: onMachine(name, async ({ options }) => {
      if (findInstance(options) === undefined) return { skipped: "none is running" };
      const { dynamodb: client, decisionsTable, accessListTable } = await deploymentFor(options);
      return await look({ client, decisions: decisionsTable, accessList: accessListTable }, options);
    }),
  };
}

/** Rows of partners that cannot be read, and entries of partners who are gone. */
export const partnerChecks = checks("partners", async ({ client, decisions, accessList }, options) => {
  const stores = { list: accessListStore(client, accessList), partners: partnerStore(client, decisions) };
  return await partnerRowFaults(stores, new Date(), placeFlags(options));
});
