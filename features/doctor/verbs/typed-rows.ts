import type { AwsClient } from "../../../adapters/aws/client";
import { dynamodb } from "../../../adapters/aws/client";
import { GATES_OUTPUT, gatesOfStack } from "../../../adapters/aws/deployment-name";
import { accessListStore } from "../../../adapters/tables/access-list";
import { placeFlags } from "../../../cli/command";
import { deploymentFor, findInstance } from "../../../cli/deployment";
import { partnerStore } from "../../partners/store/partners";
import { partnerRowFaults } from "../../partners/verbs/faults";
import { postureStore } from "../../posture/store";
import { postureRowFaults } from "../../posture/verbs/faults";
import { type CheckResult, type DoctorOptions, inStack, onMachine } from "./check";

// Rows of the table of decisions that people may type or delete by hand: those of partners and gates.

/** Where they are. */
interface TypedRows {
  readonly client: AwsClient;
  readonly decisions: string;
  readonly accessList: string;
  readonly gates: readonly string[];
}

type Look = (rows: TypedRows, options: DoctorOptions) => Promise<CheckResult>;

/** A check of what is deployed, and the same of a running npm start. */
function checks(name: string, look: Look) {
  return {
    deployed: inStack(name, async (stack, { options }) => {
      const [decisions, accessList] = [stack.output("DecisionsTable"), stack.output("AccessListTable")];
      // That it is not a Gatehouse, the check `stack` reports.
      if (decisions === undefined || accessList === undefined) return { skipped: "the stack names no table of decisions" };
      const gates = gatesOfStack(stack.output(GATES_OUTPUT));
      return await look({ client: stack.account.client(dynamodb), decisions, accessList, gates }, options);
    }),
    local: onMachine(name, async ({ options }) => {
      if (findInstance(options) === undefined) return { skipped: "none is running" };
      const { dynamodb: client, decisionsTable, accessListTable, gates } = await deploymentFor(options);
      return await look({ client, decisions: decisionsTable, accessList: accessListTable, gates }, options);
    }),
  };
}

/** Rows of partners that cannot be read, and entries of partners who are gone. */
export const partnerChecks = checks("partners", async ({ client, decisions, accessList }, options) => {
  const stores = { list: accessListStore(client, accessList), partners: partnerStore(client, decisions) };
  return await partnerRowFaults(stores, new Date(), placeFlags(options));
});

/** Rows of gates that cannot be read, and of gates that there are not. */
export const postureChecks = checks("posture", async ({ client, decisions, gates }, options) =>
  postureRowFaults(await postureStore(client, decisions).all(), gates, new Date(), placeFlags(options)),
);
